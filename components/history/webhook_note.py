"""The popover about webhooks: whether they are enabled, when the last one came, and how to test them."""

import streamlit as st

from components.parts.local_time import clock_time
from components.parts.markdown import escape
from components.session import services, session
from studio.client import Client
from studio.core.calls import Callback

_POLLS = "The studio checks every task itself, so nothing is missed."


def show() -> None:
    """Draw the popover."""
    client, shared = session.client(), services.shared()
    is_enabled, last = client.calls.has_webhook(), client.calls.last_callback()
    label = f"Webhooks: {_last_text(last) if is_enabled else 'off'}"
    with st.popover(label, icon=":material/webhook:", type="tertiary", key="webhooks"):
        if is_enabled:
            _enabled(client, shared.webhooks.public_url, shared.webhooks.test_address(), last)
        else:
            st.markdown(f"{_disabled_reason()} {_POLLS}")


def _last_text(last: Callback | None) -> str:
    return f"last at {clock_time(last.at)}" if last else "on, none yet"


def _enabled(client: Client, public_url: str, test: str, last: Callback | None) -> None:
    sender = "Demo mode" if client.account.is_sandbox else "WeryAI"
    st.markdown(
        f"{sender} calls `{escape(public_url)}` when a task ends, and the studio then checks that task right away. "
        "A webhook also recovers a job whose answer was lost. The studio never relies on what a webhook says."
    )
    if last:
        subject = "a test" if not last.account else f"about `{last.job}`"
        outcome = escape(last.outcome or "not processed yet")
        st.markdown(f"Last webhook: {clock_time(last.at, '%d %b %H:%M:%S')}, {subject}: {outcome}.")
    else:
        st.markdown("No webhooks yet.")
    st.caption("To test, run this on another machine, then reload this page:")
    st.code(f"curl -X POST {test}", language=None, wrap_lines=True)


def _disabled_reason() -> str:
    settings = services.shared().settings
    if not settings.public_url:
        return "Webhooks aren't set up: `PUBLIC_URL`, the public address of this studio, is not set."
    if not services.host.serves_routes:
        return "Webhooks aren't available: this host serves only the pages."
    return f"Webhooks aren't available: `{escape(settings.public_url)}` is reachable on this machine only."

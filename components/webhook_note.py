"""Whether WeryAI calls when a task ends, when it last did, and how to try it."""

import streamlit as st

from components import services, session
from components.clock import clock_time
from components.markdown import escape
from studio.calls import Callback
from studio.jobs import Client

_POLLS = "The studio asks about each task itself, so that nothing is missed without them."


def show() -> None:
    client, shared = session.client(), services.shared()
    are_on, last = client.is_called(), client.last_callback()
    label = f"Webhooks: {_when(last) if are_on else 'off'}"
    with st.popover(label, icon=":material/webhook:", type="tertiary", key="webhooks"):
        if are_on:
            _on(client, shared.webhooks.public_url, shared.webhooks.test_address(), last)
        else:
            st.markdown(f"{_why_off()} {_POLLS}")


def _when(last: Callback | None) -> str:
    return f"last at {clock_time(last.at)}" if last else "on, none yet"


def _on(client: Client, public_url: str, test: str, last: Callback | None) -> None:
    who = "The sandbox" if client.account.is_sandbox else "WeryAI"
    st.markdown(
        f"{who} calls `{escape(public_url)}` when a task ends, and the studio then asks about it at once. "
        "A call also brings home a job whose answer was lost. What a call says is never taken for true."
    )
    if last:
        what = "a test" if not last.account else f"about `{last.job}`"
        outcome = escape(last.outcome or "not looked into yet")
        st.markdown(f"Last call: {clock_time(last.at, '%d %b %H:%M:%S')}, {what}: {outcome}.")
    else:
        st.markdown("No call has come yet.")
    st.caption("To see whether calls arrive, run this somewhere else, then reload this page:")
    st.code(f"curl -X POST {test}", language=None, wrap_lines=True)


def _why_off() -> str:
    settings = services.shared().settings
    if not settings.public_url:
        return "WeryAI does not call here: `PUBLIC_URL`, the address at which it would reach this studio, is not set."
    if not services.host.serves_routes:
        return "WeryAI cannot call here: this host serves the pages only."
    return f"WeryAI cannot call here: `{escape(settings.public_url)}` is an address of this machine alone."

"""The sign-in page: visitors without access see it in place of every page."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.frame import sidebar
from components.parts import notices, page_links
from components.parts.markdown import as_code, escape
from components.session import session, sign_in_settings, url_prefix, visitor
from components.session.visitor import NoAccess
from studio.access import Payer
from studio.core.errors import StudioError

log = logging.getLogger(__name__)

_ERROR = ":material/error:"
_ACCESS_EXAMPLE = """[access]
emails = ["you@example.com"]       # individual people
domains = ["example.com"]          # everyone at these domains
viewers = ["guest@example.com"]    # of these, view only
admins = ["you@example.com"]       # of these, admins"""


def is_blocked() -> bool:
    """Whether this visitor may see no page: no access, and no personal key in use."""
    try:
        found = visitor.current()
        return bool(found.no_access) and not (session.state().account and found.permissions(Payer.OWN).look)
    except StudioError:
        return True


def show() -> None:
    """Draw the sign-in page in place of the requested page, and keep its address."""
    sign_in = StreamlitPage(_draw, title=page_links.TITLE, url_path="door", default=True)
    path = urlsplit(st.context.url or "").path
    path_end = path.removeprefix(url_prefix.base_of(path) or "").rstrip("/").rpartition("/")[2]
    requested = (
        [StreamlitPage(_draw, title=page_links.TITLE, url_path=path_end)]
        if path_end.isidentifier() and path_end != "door"
        else []
    )
    st.navigation([sign_in, *requested], position="hidden").run()


@contextmanager
def errors() -> Iterator[None]:
    """Show an error that keeps everybody out: in full on this machine itself, else with a pointer to the log."""
    try:
        yield
    except StudioError as error:
        if visitor.is_here():
            notices.show_error(error)
            return
        log.error("The studio is shut: %s %s", error.message, error.hint)
        st.error("This studio is unavailable right now. An admin can find the reason in its log.", icon=_ERROR)


def _draw() -> None:
    st.title(page_links.TITLE, anchor=False)
    found = visitor.current()
    match found.no_access:
        case NoAccess.SIGNED_OUT:
            st.markdown("Sign in to continue. This studio is for its team only.")
            _providers()
        case NoAccess.UNVERIFIED:
            _unverified(found)
        case NoAccess.NOT_LISTED:
            st.markdown(f"You are signed in as {_email(found)}. This account is not on the list of this studio.")
            _ask_or_sign_out()
        case NoAccess.NO_LIST:
            st.markdown("Nobody can come in yet: the secrets have `[auth]` but no `[access]`. Add:")
            st.code(_ACCESS_EXAMPLE, language="toml")
        case NoAccess.NO_PROVIDER:
            st.markdown("Nobody can come in yet: the secrets have `[access]` but no `[auth]`.")
        case _:
            _no_sign_in()


def _email(found: visitor.Visitor) -> str:
    if not found.identity:
        return "nobody"
    return as_code(found.identity.email) if found.identity.email else "someone without an email address"


def _providers() -> None:
    """Draw a button for the only provider, or one for each named provider."""
    auth = sign_in_settings.section("auth")
    named = [name for name, value in auth.items() if hasattr(value, "keys") and "client_id" in value]
    if "client_id" in auth:
        st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login)
    for name in named:
        label = f"Sign in with {escape(name.capitalize())}"
        st.button(label, key=f"sign-in-{name}", icon=":material/login:", on_click=st.login, args=(name,))


def _unverified(found: visitor.Visitor) -> None:
    """Explain an unverified address. Being on the list would not help, so the text does not suggest to ask for it."""
    if found.identity and found.identity.is_verified is None:
        _log_unverifiable(found.identity.issuer)
        text = f"Your sign-in provider doesn't say whether the address {_email(found)} is yours, so you can't come in."
        st.markdown(f"{text} An admin has to change its settings: `docs/deploy.md` says how, under *Sign-in*.")
    else:
        text = f"Your sign-in provider has not verified the address {_email(found)}, so you can't come in."
        st.markdown(f"{text} Have it verified there, or sign in with another account.")
    _sign_out()


@cache
def _log_unverifiable(issuer: str) -> None:
    """Log a missing `email_verified` claim, once for each provider."""
    log.warning("Refused a sign-in: the ID token of %s has no email_verified (Entra: xms_edov).", issuer)


def _ask_or_sign_out() -> None:
    st.markdown("Ask an admin for access, or sign in with another account.")
    _sign_out()


def _sign_out() -> None:
    st.button("Sign out", icon=":material/logout:", on_click=session.sign_out)


def _no_sign_in() -> None:
    """Explain that the team key cannot be used: others can reach this studio, and it has no sign-in."""
    st.markdown(
        "Others can reach this studio and it has no sign-in, so the team's jobs are hidden and the team key can't be "
        "used. Set up sign-in (`[auth]` and `[access]` in the secrets), or set `SPEND_WITHOUT_SIGN_IN=yes` if everyone "
        "who can reach this page may spend. With your own key you can start now; you will see only your own jobs."
    )
    with st.container(width=360):
        sidebar.key_field()

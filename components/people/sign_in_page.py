"""What stands before the pages: who is not let in sees this, and nothing of any page."""

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
_TO_SET = """[access]
emails = ["you@example.com"]       # individual people
domains = ["example.com"]          # everyone at these domains
viewers = ["guest@example.com"]    # of these, view only
admins = ["you@example.com"]       # of these, admins"""


def keeps_out() -> bool:
    """This visitor is let see nothing of the account that they work with."""
    try:
        found = visitor.current()
        return bool(found.no_access) and not (session.state().account and found.permissions(Payer.OWN).look)
    except StudioError:
        return True


def show() -> None:
    """Draw the door in the place of whatever page was asked for, whose address stays as it is."""
    here = StreamlitPage(_draw, title=page_links.TITLE, url_path="door", default=True)
    path = urlsplit(st.context.url or "").path
    asked = path.removeprefix(url_prefix.base_of(path) or "").rstrip("/").rpartition("/")[2]
    also = (
        [StreamlitPage(_draw, title=page_links.TITLE, url_path=asked)]
        if asked.isidentifier() and asked != "door"
        else []
    )
    st.navigation([here, *also], position="hidden").run()


@contextmanager
def errors() -> Iterator[None]:
    """What keeps the studio shut for everybody: whoever sits at it reads why, others that its log says it."""
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
            st.markdown(f"You are signed in as {_who(found)}. This account is not on the list of this studio.")
            _another()
        case NoAccess.NO_LIST:
            st.markdown("Nobody can come in yet: the secrets have `[auth]` but no `[access]`. Add:")
            st.code(_TO_SET, language="toml")
        case NoAccess.NO_PROVIDER:
            st.markdown("Nobody can come in yet: the secrets have `[access]` but no `[auth]`.")
        case _:
            _shut()


def _who(found: visitor.Visitor) -> str:
    if not found.identity:
        return "nobody"
    return as_code(found.identity.email) if found.identity.email else "someone without an email address"


def _providers() -> None:
    """A button for the one provider, or for each that has a name."""
    auth = sign_in_settings.section("auth")
    named = [name for name, value in auth.items() if hasattr(value, "keys") and "client_id" in value]
    if "client_id" in auth:
        st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login)
    for name in named:
        label = f"Sign in with {escape(name.capitalize())}"
        st.button(label, key=f"sign-in-{name}", icon=":material/login:", on_click=st.login, args=(name,))


def _unverified(found: visitor.Visitor) -> None:
    """To be put on the list would not help, so nobody is sent to ask for that."""
    if found.identity and found.identity.is_verified is None:
        _log_that_it_says_nothing(found.identity.issuer)
        said = f"Your sign-in provider doesn't say whether the address {_who(found)} is yours, so you can't come in."
        st.markdown(f"{said} An admin has to change its settings: `docs/deploy.md` says how, under *Sign-in*.")
    else:
        said = f"Your sign-in provider has not verified the address {_who(found)}, so you can't come in."
        st.markdown(f"{said} Have it verified there, or sign in with another account.")
    _sign_out()


@cache
def _log_that_it_says_nothing(issuer: str) -> None:
    """Once for each provider."""
    log.warning("Refused a sign-in: the ID token of %s has no email_verified (Entra: xms_edov).", issuer)


def _another() -> None:
    st.markdown("Ask an admin for access, or sign in with another account.")
    _sign_out()


def _sign_out() -> None:
    st.button("Sign out", icon=":material/logout:", on_click=session.sign_out)


def _shut() -> None:
    """Others can reach this studio, and nobody has said who they are: the team's key is kept shut."""
    st.markdown(
        "Others can reach this studio and it has no sign-in, so the team's jobs are hidden and the team key can't be "
        "used. Set up sign-in (`[auth]` and `[access]` in the secrets), or set `SPEND_WITHOUT_SIGN_IN=yes` if everyone "
        "who can reach this page may spend. With your own key you can start now; you will see only your own jobs."
    )
    with st.container(width=360):
        sidebar.key_field()

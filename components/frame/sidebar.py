"""The sidebar under the navigation: where requests go, the balance, the API key, and the vendor's pages."""

from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.frame import limit_lines, personal_key
from components.parts import accessibility
from components.parts.markdown import as_code, counted, escape
from components.session import services, session, visitor
from studio import __version__
from studio.access import Payer
from studio.client import Client
from studio.core.account import Standing
from studio.core.errors import StudioError
from studio.core.number_texts import credits
from studio.core.settings import WERYAI, WERYAI_HISTORY, WERYAI_KEYS, WERYAI_PRICES

_REJECTED = ":small[:red[:material/key_off: rejected]]"


def show() -> tuple[DeltaGenerator, str]:
    """Draw the sidebar; returns the place of its numbers, which change while jobs are open, and a key's rejection."""
    client = session.client()
    with st.container(gap="xsmall"):
        _where(client)
        place = st.container()
        if not client.may_not_spend:
            _refresh(client)
    rejected = client.balance.standing().rejected
    _key(client, is_rejected=bool(rejected))
    st.markdown(f":small[[Keys]({WERYAI_KEYS}) · [Prices]({WERYAI_PRICES}) · [WeryAI history]({WERYAI_HISTORY})]")
    if services.shared().settings.kept_here_only:
        st.caption("Jobs and files are kept on this machine only.")
    _person()
    st.markdown(f":small[:gray[WeryAI Studio {__version__}]]")
    return place, rejected


def numbers(client: Client, standing: Standing, busy: int) -> None:
    """Balance and open jobs, side by side; below them, how far limits are used, and why the balance is unknown."""
    known = standing.balance
    told = (
        "**unknown**"
        if known is None
        else f"**{credits(known)}** :small[:gray[{'demo ' if client.account.is_sandbox else ''}credits]]"
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", wrap=False, gap="xsmall", key="line-numbers"):
        st.markdown(f":small[:gray[Balance]]  \n{told}", width="content")
        st.markdown(f":small[:gray[Open jobs]]  \n**{busy}**", width="content")
    limit_lines.show(client.spending.limits())
    if _says_why(standing):
        _problem(standing.no_balance)


def sandbox_badge() -> None:
    st.badge("Demo mode", icon=":material/science:", color="violet")


def _person() -> None:
    """Who is signed in, and the way out."""
    found = visitor.current()
    if found.identity and found.visit.role:
        st.caption(f"{as_code(found.identity.email)} · {found.visit.role}")
        st.button("Sign out", icon=":material/logout:", type="tertiary", on_click=session.sign_out)


def _where(client: Client) -> None:
    if client.account.is_sandbox:
        sandbox_badge()
        st.caption("No WeryAI credits are used.")
    else:
        st.badge("WeryAI", icon=":material/bolt:", color="green")
        other = urlsplit(client.account.base_url).netloc if client.account.base_url != WERYAI else ""
        st.caption(f"Requests go to {escape(other)} and cost credits." if other else "Requests cost credits.")


def _refresh(client: Client) -> None:
    if st.button("Refresh balance", icon=":material/refresh:", type="tertiary"):
        session.state().key_problem = ""
        try:
            client.balance.refresh()
        except StudioError as error:
            if not _says_why(client.balance.standing()):
                _problem(error.explained)


def _says_why(standing: Standing) -> bool:
    """The numbers say why there is no balance; of a rejected key the banner does."""
    return standing.balance is None and bool(standing.no_balance) and not standing.rejected


def _problem(said: str) -> None:
    st.markdown(f":small[:red[{escape(said)}]]")


def _key(client: Client, *, is_rejected: bool) -> None:
    if personal_key.is_in_use():
        st.caption("Your API key (forgotten when the studio restarts)")
        st.markdown(f"`{client.account.label}` {_REJECTED if is_rejected else ''}")
        _forget()
        key_problem()
    elif visitor.current().permissions(Payer.OWN).make:
        if is_rejected:
            said = "The team key is set by the app's admin:"
            st.markdown(f":small[{said} `{client.account.label}`] {_REJECTED}")
        key_field()
    _paused()


def key_field() -> None:
    """Takes a person's own key, and says what was wrong with the last one."""
    st.text_input(
        "API key",
        key=session.key_field(),
        type="password",
        placeholder="sk-…",
        autocomplete="off",
        help="Kept in memory only, never saved.",
        on_change=personal_key.take,
    )
    key_problem()


def key_problem() -> None:
    if problem := session.state().key_problem:
        with accessibility.live_region("key"):
            _problem(problem)
    if problem == session.RESTARTED:  # who has no key any more is not asked for it for ever
        _forget()


def _forget() -> None:
    st.button("Forget this key", icon=":material/close:", type="tertiary", on_click=personal_key.forget)


def _paused() -> None:
    """What a person left behind with a rejected key, and how it goes on."""
    left = personal_key.paused()
    if not left:
        return
    team, label, jobs = left.account.is_shared, left.account.label, left.jobs.busy()
    them = "it" if jobs == 1 else "them"
    what = (
        " and use your key for everyone until restart. Everyone here will then see the jobs you made with your key"
        if team
        else ""
    )
    with st.container(border=True, gap="xsmall"):
        st.caption(
            f"{counted(jobs, 'job')} {'is' if jobs == 1 else 'are'} paused because "
            f"{'the team' if team else 'your earlier'} key `{label}` was rejected. "
            f"If your key is on the same WeryAI account, resume {them}{what}."
        )
        st.button("Resume", icon=":material/play_arrow:", on_click=personal_key.go_on)

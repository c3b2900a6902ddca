"""The sidebar under the navigation: where requests go, the balance, the API key, links to WeryAI."""

from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.frame import limit_lines, notice_choice, personal_key
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
    """Draw the sidebar; return the container of its numbers, which change, and the rejection of the key (or "")."""
    client = session.client()
    with st.container(gap="xsmall"):
        _destination(client)
        place = st.container()
        if not client.may_not_spend:
            _refresh(client)
            if services.host.serves_routes:  # else a page that nobody sees hears of nothing
                notice_choice.show()
    rejected = client.balance.standing().rejected
    _key(client, is_rejected=bool(rejected))
    st.markdown(f":small[[Keys]({WERYAI_KEYS}) · [Prices]({WERYAI_PRICES}) · [WeryAI history]({WERYAI_HISTORY})]")
    if services.shared().settings.kept_here_only:
        st.caption("Jobs and files are kept on this machine only.")
    _person()
    st.button("Keyboard shortcuts", icon=":material/keyboard:", type="tertiary", key="shortcuts")  # for shortcuts.js
    st.markdown(f":small[:gray[WeryAI Studio {__version__}]]")
    return place, rejected


def numbers(client: Client, standing: Standing, busy: int) -> None:
    """Draw balance and open jobs side by side; below them the usage of limits, and why the balance is unknown."""
    known = standing.balance
    text = (
        "**unknown**"
        if known is None
        else f"**{credits(known)}** :small[:gray[{'demo ' if client.account.is_sandbox else ''}credits]]"
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", wrap=False, gap="xsmall", key="line-numbers"):
        st.markdown(f":small[:gray[Balance]]  \n{text}", width="content")
        st.markdown(f":small[:gray[Open jobs]]  \n**{busy}**", width="content")
    limit_lines.show(client.spending.limits())
    if _explains_balance(standing):
        _problem(standing.no_balance)


def sandbox_badge() -> None:
    """Draw the badge of demo mode."""
    st.badge("Demo mode", icon=":material/science:", color="violet")


def _person() -> None:
    """Draw who is signed in, and the button to sign out."""
    found = visitor.current()
    if found.identity and found.visit.role:
        st.caption(f"{as_code(found.identity.email)} · {found.visit.role}")
        st.button("Sign out", icon=":material/logout:", type="tertiary", on_click=session.sign_out)


def _destination(client: Client) -> None:
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
            if not _explains_balance(client.balance.standing()):
                _problem(error.explained)


def _explains_balance(standing: Standing) -> bool:
    """Whether the numbers explain a missing balance; for a rejected key the banner does."""
    return standing.balance is None and bool(standing.no_balance) and not standing.rejected


def _problem(text: str) -> None:
    st.markdown(f":small[:red[{escape(text)}]]")


def _key(client: Client, *, is_rejected: bool) -> None:
    if personal_key.is_in_use():
        st.caption("Your API key (forgotten when the studio restarts)")
        st.markdown(f"`{client.account.label}` {_REJECTED if is_rejected else ''}")
        _forget()
        if is_rejected:
            key_field()
        else:
            key_problem()
    elif visitor.current().permissions(Payer.OWN).make:
        if is_rejected:
            text = "The team key is set by the app's admin:"
            st.markdown(f":small[{text} `{client.account.label}`] {_REJECTED}")
        key_field()
    _paused()


def key_field() -> None:
    """Draw the field for a personal key, with the problem of the last one."""
    st.text_input(
        "API key",
        key=session.key_field(),
        type="password",
        placeholder="sk-…",
        autocomplete="off",
        help="Kept in memory only, never saved.",
        on_change=personal_key.use_typed,
    )
    key_problem()


def key_problem() -> None:
    """Draw the problem of the last typed key, if there is one."""
    if problem := session.state().key_problem:
        with accessibility.live_region("key"):
            _problem(problem)
    if problem == session.RESTARTED:  # lets a person dismiss the request for a key that they no longer have
        _forget()


def _forget() -> None:
    st.button("Forget this key", icon=":material/close:", type="tertiary", on_click=personal_key.forget)


def _paused() -> None:
    """Draw the jobs that a rejected key has paused, with the button that resumes them."""
    paused = personal_key.paused()
    if not paused:
        return
    team, label, jobs = paused.account.is_shared, paused.account.label, paused.jobs.busy()
    them = "it" if jobs == 1 else "them"
    effect = (
        " and use your key for everyone until restart. Everyone here will then see the jobs you made with your key"
        if team
        else ""
    )
    with st.container(border=True, gap="xsmall"):
        st.caption(
            f"{counted(jobs, 'job')} {'is' if jobs == 1 else 'are'} paused because "
            f"{'the team' if team else 'your earlier'} key `{label}` was rejected. "
            f"If your key is on the same WeryAI account, resume {them}{effect}."
        )
        st.button("Resume", icon=":material/play_arrow:", on_click=personal_key.resume)

"""Whose account is looked at: the one that somebody works with, or the team's beside a key of their own."""

import streamlit as st

from components.history import address
from components.parts import page_links
from components.parts.markdown import escape
from components.session import session
from studio.client import Client

_CHOICE = "filter-account"


def client() -> Client:
    """Of the account that the address names; what is made is never made with another than one works with."""
    return (session.team_client() if address.one(page_links.ACCOUNT) == page_links.TEAM else None) or session.client()


def choose() -> None:
    """Draw the choice, where there is one."""
    team = session.team_client()
    if not team:
        return
    both = {"": session.client(), page_links.TEAM: team}
    session.set_widget(_CHOICE, page_links.TEAM if address.one(page_links.ACCOUNT) == page_links.TEAM else "")
    st.segmented_control(
        "Account",
        list(both),
        key=_CHOICE,
        required=True,
        format_func=lambda which: f":gray[{escape(words(both[which]), 40)}]",
        on_change=lambda: address.put(page_links.ACCOUNT, str(session.widget_value(_CHOICE) or "")),
    )


def that_has(client: Client, call: str, job: str) -> Client:
    """Where the call or job is that an address names: the team's account, too, as a colleague may have sent it."""
    team = session.team_client()
    is_here = client.calls.get(call) if call else client.jobs.get(job)
    return team if team and not is_here else client


def named(client: Client) -> str:
    """As the address names this account."""
    return page_links.TEAM if is_other(client) else ""


def is_other(client: Client) -> bool:
    """It is not the one that this person works with."""
    return client.account.id != session.client().account.id


def words(client: Client) -> str:
    """An account in words: *your key sk-…343e*."""
    return client.account.label if client.account.is_sandbox else f"{_whose(client)} {client.account.label}"


def _whose(client: Client) -> str:
    return "your key" if client.account.id == session.client().account.id else "the team key"

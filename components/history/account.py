"""The account that the history shows: the one that the visitor works with, or the team's beside a personal key."""

import streamlit as st

from components.history import address
from components.parts import page_links
from components.parts.markdown import escape
from components.session import session
from studio.client import Client

_CHOICE = "filter-account"


def client() -> Client:
    """Return the client of the account that the address names; jobs are made with the visitor's account only."""
    return (session.team_client() if address.value(page_links.ACCOUNT) == page_links.TEAM else None) or session.client()


def show_choice() -> None:
    """Draw the choice of account, if there are two."""
    team = session.team_client()
    if not team:
        return
    both = {"": session.client(), page_links.TEAM: team}
    session.set_widget(_CHOICE, page_links.TEAM if address.value(page_links.ACCOUNT) == page_links.TEAM else "")
    st.segmented_control(
        "Account",
        list(both),
        key=_CHOICE,
        required=True,
        format_func=lambda which: f":gray[{escape(label(both[which]), 40)}]",
        on_change=lambda: address.put(page_links.ACCOUNT, str(session.widget_value(_CHOICE) or "")),
    )


def client_with(client: Client, call: str, job: str) -> Client:
    """Return the client of the account that has this call or job: this one, else the team's.

    A colleague may have sent the link.
    """
    team = session.team_client()
    is_here = client.calls.get(call) if call else client.jobs.get(job)
    return team if team and not is_here else client


def address_value(client: Client) -> str:
    """Return the name of this account in the address; empty for the visitor's own."""
    return page_links.TEAM if is_other(client) else ""


def is_other(client: Client) -> bool:
    """Whether this is not the account that the visitor works with."""
    return client.account.id != session.client().account.id


def label(client: Client) -> str:
    """Return the label of an account: *your key sk-…343e*."""
    return client.account.label if client.account.is_sandbox else f"{_key_name(client)} {client.account.label}"


def _key_name(client: Client) -> str:
    return "your key" if client.account.id == session.client().account.id else "the team key"

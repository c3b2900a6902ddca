"""Who may spend a shared key: a purse that lies in a room which strangers can enter is kept shut."""

from collections.abc import Mapping
from ipaddress import ip_address

from studio.account import Account
from studio.settings import Settings

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def why_not_spend(account: Account, settings: Settings, *, listens_on: str, headers: Mapping[str, str]) -> str:
    """A sentence why this visitor may not spend with this account; empty when they may.

    The sandbox costs nothing, and a personal key is its owner's. The team's key is spent without sign-in only when the
    setting says so, or when the visitor sits at this machine: the server listens on loopback, and the request named
    loopback and came through no proxy.
    """
    if account.is_sandbox or not account.is_shared or settings.spend_without_sign_in:
        return ""
    given = {name.lower(): value for name, value in headers.items()}
    forwarded = any(given.get(name) for name in _FORWARDED)
    if _is_loopback(listens_on) and _is_loopback(_host(given.get("host", ""))) and not forwarded:
        return ""
    return (
        "Sign in to spend the team's credits. Until the studio has sign-in, put a key of your own in the sidebar, "
        "or set SPEND_WITHOUT_SIGN_IN=yes."
    )


def _host(header: str) -> str:
    """The host of a Host header, without its port."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

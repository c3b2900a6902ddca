"""Who may see, create and administer: the table of docs/security.md as one pure function."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from studio.core.account import Account
from studio.core.hosts import is_loopback_host

# Headers in which proxies identify themselves or their clients.
_FORWARDED = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")
_FORWARDED_PREFIXES = ("x-forwarded-", "x-original-")


class Role(StrEnum):
    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"


class Payer(StrEnum):
    """Whose credits an account spends."""

    SANDBOX = "sandbox"
    SHARED = "shared"
    OWN = "own"


@dataclass(frozen=True)
class Visit:
    """What is known of a visitor. `role` is None for people who are not signed in, or who have no access.

    `is_here`: uses this machine. `is_free`: the setting lets everybody spend. `has_sign_in`: there is an `[auth]`.
    """

    is_here: bool = False
    is_free: bool = False
    has_sign_in: bool = False
    role: Role | None = None


@dataclass(frozen=True)
class Permissions:
    """What a visitor may do: see the account's data, make jobs with it, see everybody's spending and remove jobs."""

    look: bool = False
    make: bool = False
    admin: bool = False


NOTHING = Permissions()


def permissions(visit: Visit, payer: Payer) -> Permissions:
    """Return the permissions by the table. With sign-in, only people who are signed in have any, also locally.

    A program that comes through a proxy without proxy headers looks like a local user.
    """
    if visit.has_sign_in:
        return _by_role(visit.role, payer)
    if visit.is_here or visit.is_free or payer is not Payer.SHARED:
        return Permissions(look=True, make=True)
    return NOTHING


def _by_role(role: Role | None, payer: Payer) -> Permissions:
    if role is None or (role is Role.VIEWER and payer is Payer.OWN):
        return NOTHING
    return Permissions(look=True, make=role is not Role.VIEWER, admin=role is Role.ADMIN)


def payer(account: Account) -> Payer:
    """Return whose credits this account spends."""
    if account.is_sandbox:
        return Payer.SANDBOX
    return Payer.SHARED if account.is_shared else Payer.OWN


def is_here(listens_on: str, headers: Mapping[str, str]) -> bool:
    """Whether a request is local: server and Host are loopback, and it came from no other site and no proxy."""
    given = {name.lower(): value for name, value in headers.items()}
    named = [listens_on, _host(given.get("host", ""))]
    if "origin" in given:  # a proxy may send any Host; the browser's Origin is the site in its address bar
        named.append(_host(given["origin"].partition("://")[2]))
    return all(map(is_loopback_host, named)) and not any(map(_is_of_a_proxy, filter(given.get, given)))


def _is_of_a_proxy(header: str) -> bool:
    return header in _FORWARDED or header.startswith(_FORWARDED_PREFIXES)


def _host(header: str) -> str:
    """Return the host of a Host header, without its port."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]

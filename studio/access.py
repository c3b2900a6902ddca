"""Who may look, who may make, and who sees to the rest: the table of docs/security.md, as one function of the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from studio.core.account import Account
from studio.core.hosts import is_loopback_host

# What proxies say of themselves, or of who came to them.
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
    """What is known of who asks. `role` is nothing for whoever is not signed in, or not allowed.

    `is_here`: sits at this machine. `is_free`: the setting lets everybody spend. `has_sign_in`: there is an `[auth]`.
    """

    is_here: bool = False
    is_free: bool = False
    has_sign_in: bool = False
    role: Role | None = None


@dataclass(frozen=True)
class Permissions:
    """What somebody may: see what an account has, make jobs with it, see everybody's spending and remove things."""

    look: bool = False
    make: bool = False
    admin: bool = False


NOTHING = Permissions()


def permissions(visit: Visit, payer: Payer) -> Permissions:
    """What the table says. A studio with sign-in knows nobody otherwise, not even at its own machine.

    A program that comes through a proxy which says nothing of itself looks like somebody who sits there.
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
    """Whose credits this account spends."""
    if account.is_sandbox:
        return Payer.SANDBOX
    return Payer.SHARED if account.is_shared else Payer.OWN


def is_here(listens_on: str, headers: Mapping[str, str]) -> bool:
    """The server listens on loopback, the request named loopback, and it came from no other site and no proxy."""
    given = {name.lower(): value for name, value in headers.items()}
    named = [listens_on, _host(given.get("host", ""))]
    if "origin" in given:  # a proxy may name us as it likes; the browser says what it has in its address line
        named.append(_host(given["origin"].partition("://")[2]))
    return all(map(is_loopback_host, named)) and not any(map(_is_of_a_proxy, filter(given.get, given)))


def _is_of_a_proxy(header: str) -> bool:
    return header in _FORWARDED or header.startswith(_FORWARDED_PREFIXES)


def _host(header: str) -> str:
    """The host of a Host header, without its port."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]

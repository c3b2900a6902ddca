"""Who looks at a page: what the request, the sign-in and the secrets say of them. Asked anew by each run of a page."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast
from weakref import WeakKeyDictionary

import streamlit as st
from starlette.requests import HTTPConnection, Request
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.starlette import starlette_auth_routes
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from components.session import services, sign_in_settings
from studio import access
from studio.access import Payer, Permissions, Visit
from studio.core.errors import NotAllowed
from studio.people import identity
from studio.people.identity import Identity

_asked: WeakKeyDictionary[Any, "Visitor"] = WeakKeyDictionary()  # by the run


class Closed(StrEnum):
    """Why somebody sees nothing."""

    NO_LIST = "there is [auth] and no [access]"
    NO_PROVIDER = "there is [access] and no [auth]"
    SIGNED_OUT = "not signed in"
    UNVERIFIED = "the provider has not verified the address"
    NOT_LISTED = "not on the list"
    KEPT_SHUT = "reachable by others, without sign-in"


@dataclass(frozen=True)
class Visitor:
    visit: Visit
    identity: Identity | None = None
    closed: Closed | None = None

    def permissions(self, payer: Payer) -> Permissions:
        return access.permissions(self.visit, payer)

    @property
    def is_admin(self) -> bool:
        return self.permissions(Payer.SHARED).admin

    @property
    def sees_shared(self) -> bool:
        """What the team's account has, or the sandbox in its place, is shown to them."""
        payer = Payer.SHARED if services.shared().settings.api_key else Payer.SANDBOX
        return self.permissions(payer).look

    @property
    def person(self) -> str:
        """The name under which the ledger knows who is let in; empty in a studio without sign-in."""
        return self.identity.person if self.identity and self.visit.role else ""


def current() -> Visitor:
    """Who runs this page. Errors: StudioError when that cannot be told, and then they are let see nothing."""
    run = getattr(get_script_run_ctx(), "parallel_coordinator", None)  # made anew for each run
    if run is None:
        return _current()
    if run not in _asked:
        _asked[run] = _current()
    return _asked[run]


def forget() -> None:
    """They sign out: the rest of this run asks anew."""
    _asked.pop(getattr(get_script_run_ctx(), "parallel_coordinator", None), None)


def _current() -> Visitor:
    if sign_in_settings.is_wanted():
        services.shared()  # why it cannot start is told before anything about sign-in
        return by_claims(st.user.to_dict())
    here = is_here()
    found = Visitor(Visit(is_here=here, is_free=here or services.shared().settings.spend_without_sign_in))
    return found if here or found.sees_shared else replace(found, closed=Closed.KEPT_SHUT)


def is_here() -> bool:
    """They sit at this very machine, which nobody else can reach."""
    return access.is_here(str(st.get_option("server.address") or ""), dict(st.context.headers))


def of(request: HTTPConnection) -> Visitor:
    """Who asks beside the pages, by the cookie of sign-in; without sign-in an address alone has to do."""
    if not sign_in_settings.is_wanted():
        return Visitor(Visit())
    with_cookies = cast(Request, request)  # a websocket has them, too
    claims = starlette_auth_routes._get_cookie_value_from_request(with_cookies, USER_COOKIE_NAME)
    return by_claims(json.loads(claims) if claims else {})


def by_claims(claims: Mapping[str, Any]) -> Visitor:
    """Who is signed in by these claims, in a studio with sign-in. Errors: StudioError."""
    found = identity.of_claims(claims)
    nobody = Visit(has_sign_in=True)
    if missing := _missing():
        return Visitor(nobody, found, missing)
    if not found or services.shared().ledger.people.has_ended(found.sign_in):
        return Visitor(nobody, None, Closed.SIGNED_OUT)
    guests = identity.guests(sign_in_settings.section("access"))
    if not guests.trusts(found):
        return Visitor(nobody, found, Closed.UNVERIFIED)
    role = guests.role(found.email)
    return Visitor(Visit(has_sign_in=True, role=role), found, None if role else Closed.NOT_LISTED)


def if_let_in(make: Callable[[], str | bytes], *, as_admin: bool = False) -> Callable[[], str | bytes]:
    """What makes a file when it is asked for. That is outside any run of a page, so no guard stands before it.

    Errors: StudioError from the result, for whoever drew it and may not have it any more.
    """
    claims = st.user.to_dict() if sign_in_settings.is_wanted() else {}

    def made() -> str | bytes:
        if sign_in_settings.is_wanted():
            found = by_claims(claims)
            if found.closed or (as_admin and not found.is_admin):
                raise NotAllowed("You no longer have access to this file.")
        return make()

    return made


def _missing() -> Closed | None:
    if not sign_in_settings.section("auth"):
        return Closed.NO_PROVIDER
    return None if sign_in_settings.section("access") else Closed.NO_LIST

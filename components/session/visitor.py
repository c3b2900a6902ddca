"""The visitor of a page: identity and access by the request, the sign-in and the secrets. Determined once a run."""

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

_by_run: WeakKeyDictionary[Any, "Visitor"] = WeakKeyDictionary()  # the visitor of each run


class NoAccess(StrEnum):
    """Why a visitor has no access to any page."""

    NO_LIST = "there is [auth] and no [access]"
    NO_PROVIDER = "there is [access] and no [auth]"
    SIGNED_OUT = "not signed in"
    UNVERIFIED = "the provider has not verified the address"
    NOT_LISTED = "not on the list"
    NO_SIGN_IN = "reachable by others, without sign-in"


@dataclass(frozen=True)
class Visitor:
    """The person or browser that requests a page. `no_access` is None for a visitor with access."""

    visit: Visit
    identity: Identity | None = None
    no_access: NoAccess | None = None

    def permissions(self, payer: Payer) -> Permissions:
        """Return what this visitor may do where this payer pays."""
        return access.permissions(self.visit, payer)

    @property
    def is_admin(self) -> bool:
        """Whether the visitor is an admin."""
        return self.permissions(Payer.SHARED).admin

    @property
    def may_see_shared(self) -> bool:
        """Whether this visitor may see the jobs of the shared account: the team's, or the sandbox."""
        payer = Payer.SHARED if services.shared().settings.api_key else Payer.SANDBOX
        return self.permissions(payer).look

    @property
    def person(self) -> str:
        """The ledger's ID of a person with access; empty in a studio without sign-in."""
        return self.identity.person if self.identity and self.visit.role else ""


def current() -> Visitor:
    """Return the visitor of this run. Errors: StudioError when that is unknown; show nothing then."""
    run = getattr(get_script_run_ctx(), "parallel_coordinator", None)  # one object for each run
    if run is None:
        return _find()
    if run not in _by_run:
        _by_run[run] = _find()
    return _by_run[run]


def forget() -> None:
    """Forget the visitor of this run after a sign-out: the next call of `current` determines it again."""
    _by_run.pop(getattr(get_script_run_ctx(), "parallel_coordinator", None), None)


def _find() -> Visitor:
    if sign_in_settings.check_required():
        services.shared()  # first: an error at the start is shown before anything about sign-in
        return from_claims(st.user.to_dict())
    here = is_here()
    found = Visitor(Visit(is_here=here, is_free=here or services.shared().settings.spend_without_sign_in))
    return found if here or found.may_see_shared else replace(found, no_access=NoAccess.NO_SIGN_IN)


def is_here() -> bool:
    """Whether the visitor uses this machine itself, and no other machine can reach the studio."""
    return access.is_here(str(st.get_option("server.address") or ""), dict(st.context.headers))


def of_request(request: HTTPConnection) -> Visitor:
    """Return the visitor of a request outside the pages, by the sign-in cookie; without sign-in nobody is checked."""
    if not sign_in_settings.check_required():
        return Visitor(Visit())
    with_cookies = cast(Request, request)  # a websocket has cookies, too
    claims = starlette_auth_routes._get_cookie_value_from_request(with_cookies, USER_COOKIE_NAME)
    return from_claims(json.loads(claims) if claims else {})


def from_claims(claims: Mapping[str, Any]) -> Visitor:
    """Return the visitor with these ID token claims, in a studio with sign-in. Errors: StudioError."""
    found = identity.of_claims(claims)
    nobody = Visit(has_sign_in=True)
    if missing := _missing_section():
        return Visitor(nobody, found, missing)
    if not found or services.shared().ledger.people.has_ended(found.sign_in):
        return Visitor(nobody, None, NoAccess.SIGNED_OUT)
    guests = identity.guests(sign_in_settings.section("access"))
    if not guests.trusts(found):
        return Visitor(nobody, found, NoAccess.UNVERIFIED)
    role = guests.role(found.email)
    return Visitor(Visit(has_sign_in=True, role=role), found, None if role else NoAccess.NOT_LISTED)


def checked_file(make: Callable[[], str | bytes], *, as_admin: bool = False) -> Callable[[], str | bytes]:
    """Return a callback for a download button that checks access before it makes the file.

    Streamlit calls it outside any run of a page, so no guard has checked the visitor. Errors: StudioError from the
    callback, if whoever drew the button has lost access since.
    """
    claims = st.user.to_dict() if sign_in_settings.check_required() else {}

    def checked() -> str | bytes:
        if sign_in_settings.check_required():
            found = from_claims(claims)
            if found.no_access or (as_admin and not found.is_admin):
                raise NotAllowed("You no longer have access to this file.")
        return make()

    return checked


def _missing_section() -> NoAccess | None:
    if not sign_in_settings.section("auth"):
        return NoAccess.NO_PROVIDER
    return None if sign_in_settings.section("access") else NoAccess.NO_LIST

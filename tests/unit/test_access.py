"""The table of who may what, cell by cell, and the list of people that it rests on."""

from itertools import product
from typing import Any

import pytest

from studio import access
from studio.access import Payer, Permissions, Role, Visit
from studio.core.account import Account
from studio.core.errors import SettingsError
from studio.people import identity

NOTHING, LOOK, MAKE = Permissions(), Permissions(look=True), Permissions(look=True, make=True)
ADMIN = Permissions(look=True, make=True, admin=True)
SIGNED = {role: Visit(has_sign_in=True, role=role) for role in Role}
# A row for each kind of visitor; the columns: sandbox, shared key, one's own key.
TABLE: dict[str, tuple[Visit, tuple[Permissions, Permissions, Permissions]]] = {
    "trusted loopback": (Visit(is_here=True), (MAKE, MAKE, MAKE)),
    "SPEND_WITHOUT_SIGN_IN": (Visit(is_free=True), (MAKE, MAKE, MAKE)),
    "both": (Visit(is_here=True, is_free=True), (MAKE, MAKE, MAKE)),
    "reachable, no [auth]": (Visit(), (MAKE, NOTHING, MAKE)),
    "viewer": (SIGNED[Role.VIEWER], (LOOK, LOOK, NOTHING)),
    "member": (SIGNED[Role.MEMBER], (MAKE, MAKE, MAKE)),
    "admin": (SIGNED[Role.ADMIN], (ADMIN, ADMIN, ADMIN)),
    "not signed in or not allowed": (Visit(has_sign_in=True), (NOTHING, NOTHING, NOTHING)),
    "not signed in, at this machine": (Visit(is_here=True, has_sign_in=True), (NOTHING, NOTHING, NOTHING)),
    "not signed in, with the setting": (Visit(is_free=True, has_sign_in=True), (NOTHING, NOTHING, NOTHING)),
}
CELLS = [(row, payer, cell) for row, (_, cells) in TABLE.items() for payer, cell in zip(Payer, cells, strict=True)]


@pytest.mark.parametrize(("row", "payer", "cell"), CELLS)
def test_the_table_of_who_may_what(row: str, payer: Payer, cell: Permissions) -> None:
    assert access.permissions(TABLE[row][0], payer) == cell


def test_nobody_makes_who_may_not_look_and_only_an_admin_is_one() -> None:
    for here, free, sign_in, role, payer in product((True, False), (True, False), (True, False), (None, *Role), Payer):
        given = access.permissions(Visit(here, free, sign_in, role), payer)
        assert given.look or not given.make
        assert not given.admin or (sign_in and role is Role.ADMIN)


LOCAL = {"Host": "127.0.0.1:8501"}


@pytest.mark.parametrize(
    ("listens_on", "headers", "here"),
    [
        ("127.0.0.1", LOCAL, True),
        ("localhost", {"Host": "[::1]:8501"}, True),
        ("", LOCAL, False),
        ("0.0.0.0", LOCAL, False),
        ("127.0.0.1", {"Host": "studio.example.com"}, False),
        ("127.0.0.1", {}, False),
        ("127.0.0.1", {**LOCAL, "X-Forwarded-For": "10.0.0.9"}, False),
        ("127.0.0.1", {**LOCAL, "forwarded": "for=10.0.0.9"}, False),
        ("127.0.0.1", {**LOCAL, "X-Forwarded-Server": "proxy"}, False),
        ("127.0.0.1", {**LOCAL, "Via": "1.1 proxy"}, False),
        ("127.0.0.1", {**LOCAL, "CF-Connecting-IP": "10.0.0.9"}, False),
        ("127.0.0.1", {**LOCAL, "Origin": "http://127.0.0.1:8501"}, True),
        ("localhost", {"Host": "[::1]:8501", "Origin": "http://[::1]:8501"}, True),
        ("127.0.0.1", {**LOCAL, "Origin": "http://203.0.113.5"}, False),  # a proxy that says nothing of itself
        ("127.0.0.1", {**LOCAL, "Origin": "https://127.0.0.1.studio.example.com"}, False),
        ("127.0.0.1", {**LOCAL, "Origin": "null"}, False),
    ],
)
def test_who_sits_at_this_machine_came_by_loopback_through_no_proxy(
    listens_on: str, headers: dict[str, str], here: bool
) -> None:
    assert access.is_here(listens_on, headers) is here


@pytest.mark.parametrize(
    ("account", "payer"),
    [
        (Account("a", "x", "y", is_sandbox=True), Payer.SANDBOX),
        (Account("a", "x", "y", is_sandbox=True, is_shared=True), Payer.SANDBOX),
        (Account("a", "x", "y", is_shared=True), Payer.SHARED),
        (Account("a", "x", "y"), Payer.OWN),
    ],
)
def test_an_account_spends_somebodys_credits(account: Account, payer: Payer) -> None:
    assert access.payer(account) is payer


LIST = identity.guests(
    {
        "emails": ["Anna@Example.com", "guest@other.example"],
        "domains": ["@team.example", "Partner.example"],
        "viewers": ["guest@other.example", "partner.example"],
        "admins": ["anna@example.com", "boss@partner.example", "left@example.com"],
    }
)


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("anna@example.com", Role.ADMIN),
        ("guest@other.example", Role.VIEWER),
        ("any@team.example", Role.MEMBER),
        ("any@partner.example", Role.VIEWER),
        ("boss@partner.example", Role.ADMIN),  # the address counts before its domain
        ("left@example.com", None),  # an admin who is on no list any more
        ("anna@example.com.evil.example", None),
        ("any@sub.team.example", None),
        ("any@teamxexample", None),
        ("anna@example.com@evil.example", None),
        ("team.example", None),
        ("@team.example", None),
        ("", None),
        ("@", None),
    ],
)
def test_the_list_says_what_an_address_may(email: str, role: Role | None) -> None:
    assert LIST.role(email) is role


def test_an_empty_list_lets_nobody_in_whatever_else_it_says() -> None:
    for section in ({}, {"admins": ["anna@example.com"]}, {"emails": [""], "domains": [""]}):
        for email in ("anna@example.com", "", "@", "a@"):
            assert identity.guests(section).role(email) is None


@pytest.mark.parametrize(
    "section",
    [
        *({"emails": emails} for emails in ("anna@example.com", 5, True, None, {"anna@example.com": True})),
        {"domains": [1]},
        {"email": ["anna@example.com"]},
        {"trust_provider": "yes"},
    ],
)
def test_a_list_that_cannot_be_read_as_it_is_meant_lets_nobody_in(section: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"\[access\]"):
        identity.guests(section)


CLAIMS = {
    "is_logged_in": True,
    "iss": "https://id.example",
    "sub": "7",
    "email": "Anna@Example.com",
    "email_verified": True,
    "iat": 1,
    "nonce": "a",
}


@pytest.mark.parametrize(
    ("verified", "is_verified"),
    [(True, True), ("true", True), (False, False), ("false", False), (None, False), ("yes", False), ("1", False)],
)
def test_an_address_counts_when_its_provider_has_verified_it(verified: Any, is_verified: bool) -> None:
    found = identity.of_claims({**CLAIMS, "email_verified": verified})
    assert found and (found.email, found.is_verified) == ("anna@example.com", is_verified)


ENTRA = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"


@pytest.mark.parametrize(
    ("more", "is_verified"),
    [
        ({"iss": ENTRA, "xms_edov": True}, True),
        ({"iss": ENTRA, "xms_edov": "1"}, True),
        ({"iss": ENTRA, "xms_edov": False}, False),
        ({"iss": ENTRA, "xms_edov": "0"}, False),
        ({"iss": ENTRA}, None),
        ({"iss": ENTRA, "xms_edov": True, "email_verified": False}, False),
        ({"iss": "https://id.example", "xms_edov": True}, None),
        ({"iss": "https://login.microsoftonline.com.evil.example/", "xms_edov": True}, None),
    ],
)
def test_of_entra_the_owner_of_the_domain_is_verified_instead(more: dict[str, Any], is_verified: bool | None) -> None:
    given = {name: value for name, value in CLAIMS.items() if name != "email_verified"}
    found = identity.of_claims({**given, **more})
    assert found and found.is_verified is is_verified


@pytest.mark.parametrize(
    ("section", "verified", "counts"),
    [
        ({}, {}, False),
        ({"trust_provider": False}, {}, False),
        ({"trust_provider": True}, {}, True),
        ({"trust_provider": True}, {"email_verified": False}, False),
        ({}, {"email_verified": True}, True),
    ],
)
def test_a_provider_that_says_nothing_is_trusted_if_the_list_says_so(
    section: dict[str, Any], verified: dict[str, Any], counts: bool
) -> None:
    given = {name: value for name, value in CLAIMS.items() if name != "email_verified"}
    found = identity.of_claims({**given, **verified})
    assert found and identity.guests(section).trusts(found) == counts


@pytest.mark.parametrize("missing", ["is_logged_in", "iss", "sub"])
def test_claims_without_a_subject_are_nobodys(missing: str) -> None:
    assert identity.of_claims({name: value for name, value in CLAIMS.items() if name != missing}) is None


def test_an_address_in_other_letters_is_another_address() -> None:
    found = identity.of_claims({**CLAIMS, "email": "a@\u212aey.example"})
    assert found and identity.guests({"domains": ["key.example"]}).role(found.email) is None


def test_a_person_stays_the_same_under_another_address_and_is_told_by_no_name() -> None:
    first, later = identity.of_claims(CLAIMS), identity.of_claims({**CLAIMS, "email": "new@x.example", "iat": 2})
    other = identity.of_claims({**CLAIMS, "sub": "8"})
    assert first and later and other
    assert first.person == later.person != other.person
    assert first.person.startswith("p_") and first.sign_in != later.sign_in

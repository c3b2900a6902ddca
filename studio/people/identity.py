"""The people of a studio with sign-in: what their provider says of them, and what the list says they may."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from studio.access import Role
from studio.core.errors import SettingsError

_TRUST = "trust_provider"
_LISTS = ("emails", "domains", "viewers", "admins")
_ENTRA = "https://login.microsoftonline.com/"
_HINT = "Fix the [access] section of the secrets."


@dataclass(frozen=True)
class Identity:
    """A person as an OpenID provider knows them. Only issuer and subject stay the same for good."""

    issuer: str
    subject: str
    email: str
    is_verified: bool | None  # nothing: the provider does not say
    name: str = ""
    sign_in: str = ""  # a fingerprint of this one sign-in

    @property
    def person(self) -> str:
        """The name under which every ledger knows them, which tells nobody who they are."""
        return f"p_{_fingerprint(self.issuer, self.subject)[:16]}"


def of_claims(claims: Mapping[str, Any]) -> Identity | None:
    """Who is signed in by these claims, or nothing: without an issuer and a subject they are nobody's."""
    issuer, subject = str(claims.get("iss") or ""), str(claims.get("sub") or "")
    if claims.get("is_logged_in") is not True or not issuer or not subject:
        return None
    return Identity(
        issuer,
        subject,
        _folded(str(claims.get("email") or "")),
        _is_verified(issuer, claims),
        " ".join(str(claims.get("name") or "").split())[:60],
        _fingerprint(issuer, subject, str(claims.get("iat")), str(claims.get("nonce")))[:32],
    )


def _is_verified(issuer: str, claims: Mapping[str, Any]) -> bool | None:
    """Whether the provider says that the address is theirs; nothing where it says nothing. Some say it as a text.

    Entra has an optional claim instead, about who owns the domain: see
    https://learn.microsoft.com/entra/identity-platform/optional-claims-reference.
    """
    if "email_verified" in claims:
        return claims["email_verified"] in (True, "true")
    if issuer.startswith(_ENTRA) and "xms_edov" in claims:
        return claims["xms_edov"] in (True, "true", "1")
    return None


@dataclass(frozen=True)
class Guests:
    """The list of who may come in. Viewers and admins are some of these: an address, or a whole domain."""

    emails: Collection[str] = ()
    domains: Collection[str] = ()
    viewers: Collection[str] = ()
    admins: Collection[str] = ()
    trust_provider: bool = False  # it hands out the addresses itself, so one that it says nothing about is theirs

    def trusts(self, found: Identity) -> bool:
        """The address is theirs."""
        return bool(found.is_verified) or (found.is_verified is None and self.trust_provider)

    def role(self, email: str) -> Role | None:
        """What the owner of this verified address may; what names the address itself counts before its domain."""
        name, _, domain = email.rpartition("@")
        if not name or not domain or not (email in self.emails or domain in self.domains):
            return None
        for known in (email, domain):
            if known in self.viewers:
                return Role.VIEWER
            if known in self.admins:
                return Role.ADMIN
        return Role.MEMBER


def guests(section: Mapping[str, Any]) -> Guests:
    """The list as `[access]` in the secrets has it. Errors: SettingsError names what cannot be used."""
    if unknown := sorted(set(section) - {*_LISTS, _TRUST}):
        raise SettingsError(f"[access] has an unknown setting: {unknown[0]}.", hint=_HINT)
    trusts = section.get(_TRUST, False)
    if not isinstance(trusts, bool):
        raise SettingsError(f"[access] {_TRUST} is neither true nor false.", hint=_HINT)
    return Guests(**{name: _entries(section, name) for name in _LISTS}, trust_provider=trusts)


def _entries(section: Mapping[str, Any], name: str) -> frozenset[str]:
    given = section.get(name, [])
    if not isinstance(given, list | tuple) or not all(isinstance(entry, str) for entry in given):
        raise SettingsError(f"[access] {name} is not a list of strings.", hint=_HINT)
    return frozenset(_folded(entry).removeprefix("@") for entry in given)


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _folded(text: str) -> str:
    """In small letters, if it is ASCII: a letter of another script must not become one of ours."""
    return text.strip().lower() if text.isascii() else text.strip()

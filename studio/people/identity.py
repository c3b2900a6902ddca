"""The people of a studio with sign-in: the claims of their provider, and their roles by the access list."""

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
    """A person as an OpenID provider identifies them. Only issuer and subject never change."""

    issuer: str
    subject: str
    email: str
    is_verified: bool | None  # None: the provider does not say
    name: str = ""
    sign_in: str = ""  # a fingerprint of this sign-in

    @property
    def person(self) -> str:
        """The person's id in every ledger; it does not reveal who the person is."""
        return f"p_{_fingerprint(self.issuer, self.subject)[:16]}"


def of_claims(claims: Mapping[str, Any]) -> Identity | None:
    """Return the signed-in person of these claims; None without a sign-in, an issuer or a subject."""
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
    """Return whether the provider has verified the email address; None if it does not say. Some send it as text.

    Entra has an optional claim instead, about the owner of the domain: see
    https://learn.microsoft.com/entra/identity-platform/optional-claims-reference.
    """
    if "email_verified" in claims:
        return claims["email_verified"] in (True, "true")
    if issuer.startswith(_ENTRA) and "xms_edov" in claims:
        return claims["xms_edov"] in (True, "true", "1")
    return None


@dataclass(frozen=True)
class Guests:
    """The access list. Viewers and admins are also in `emails` or `domains`: by address, or by domain."""

    emails: Collection[str] = ()
    domains: Collection[str] = ()
    viewers: Collection[str] = ()
    admins: Collection[str] = ()
    trust_provider: bool = False  # if it issues the addresses itself, one that it says nothing about counts as verified

    def trusts(self, found: Identity) -> bool:
        """Whether the email address counts as verified."""
        return bool(found.is_verified) or (found.is_verified is None and self.trust_provider)

    def role(self, email: str) -> Role | None:
        """Return the role of a verified address, None without access; an entry for the address beats its domain."""
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
    """Return the access list of `[access]` in the secrets. Errors: SettingsError, which names the invalid entry."""
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
    """Return ASCII text in lower case; other text is unchanged, so that no foreign letter can become an ASCII one."""
    return text.strip().lower() if text.isascii() else text.strip()

"""Every setting of the studio, with its environment variable and its default. Read once, at the start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from studio.core import secret_files
from studio.core.errors import SettingsError

WERYAI = "https://api.weryai.com"  # D-dev
WERYAI_MODELS = "https://api-growth-agent.weryai.com"  # S10, S11, S12
WERYAI_KEYS = "https://www.weryai.com/api/keys"
WERYAI_PRICES = "https://www.weryai.com/api/pricing"
WERYAI_HISTORY = "https://weryai.com/api/history"

_KEY_PAGE = "Copy it again from WeryAI's key page."
_OTHER_VENDORS = {  # their keys begin with sk- too, and must not be sent to WeryAI
    "sk-ant-": "Anthropic",
    "sk-or-": "OpenRouter",
    "sk-proj-": "OpenAI",
    "sk-svcacct-": "OpenAI",
    "sk-admin-": "OpenAI",
}
_QUOTES = "\"'`\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb"
_BLANK = " \t\r\n\u00a0\u200b\ufeff"  # including invisible characters
_BEARER = re.compile(r"(authorization:\s*)?bearer\s+", re.IGNORECASE)
KEY_LENGTH = 8  # the exact length is not documented
MEGABYTE = 1_000_000  # decimal, as sizes are shown
OUTPUT_LIMIT = 2048 * MEGABYTE
SUBMISSIONS_PER_MINUTE = 60
NAMES = (
    *("WERYAI_API_KEY", "WERYAI_BASE_URL", "WERYAI_MODELS_BASE_URL", "DATABASE_URL", "ARCHIVE_URL", "PUBLIC_URL"),
    *("SUBMISSIONS_PER_MINUTE", "HISTORY_BODY_DAYS", "HISTORY_DAYS", "OUTPUT_LIMIT_MB", "DATA_FOLDER"),
    "SPEND_WITHOUT_SIGN_IN",
)
DATA = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True)
class Retention:
    """How many days the history keeps the bodies of calls, and the calls."""

    body_days: int = 30
    row_days: int = 395


@dataclass(frozen=True)
class Settings:
    """The settings. `api_key` is not in the value's repr."""

    api_key: str = field(default="", repr=False)
    base_url: str = WERYAI
    models_base_url: str = WERYAI_MODELS
    database_url: str = field(default="", repr=False)
    archive_url: str = field(default="", repr=False)
    public_url: str = ""
    output_limit: int = OUTPUT_LIMIT  # bytes
    submissions_per_minute: int = SUBMISSIONS_PER_MINUTE  # per person
    spend_without_sign_in: bool = False
    keeping: Retention = Retention()
    data: Path = DATA

    @property
    def lock_files(self) -> tuple[Path, ...]:
        """The lock files of what only one process may use at a time: an SQLite ledger, and the sandbox's tasks."""
        ledger = _sqlite_file(self.database_url)
        beside = (ledger.with_name(f"{ledger.name}.lock"),) if ledger else ()
        return beside if self.api_key else (*beside, self.data / "sandbox" / "sandbox.lock")

    def check_ledger_is_there(self) -> None:
        """Check that an existing ledger can be read. Errors: SettingsError when its SQLite file is missing."""
        file = _sqlite_file(self.database_url)
        if file and not file.is_file():
            raise SettingsError(f"There is no ledger at {file}.", hint="Check DATABASE_URL and DATA_FOLDER.")

    @property
    def kept_here_only(self) -> bool:
        """Whether the ledger or the archive is on this machine's disk."""
        return self.database_url.startswith("sqlite") or self.archive_url.startswith("file:")


def _sqlite_file(database_url: str) -> Path | None:
    found = database_url.partition("///")[2].partition("?")[0]
    return Path(found) if database_url.startswith("sqlite") and found and found != ":memory:" else None


def environment() -> dict[str, str]:
    """Return the environment variables, overridden by texts and numbers above the first section of the secrets.

    Streamlit does the same for pages; this is for commands, which run without it. Errors: SettingsError for secrets
    that cannot be read, and for settings in them that would be ignored.
    """
    files = [folder / ".streamlit" / "secrets.toml" for folder in (Path.home(), Path.cwd())]
    return {**os.environ, **secret_files.exported(secret_files.read(files, NAMES, os.environ))}


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings from these environment variables; an empty variable counts as absent.

    Blanks and quotes around a value are removed: of `NAME="value"` in a file, some programs pass on the quotes, too.
    Errors: SettingsError, which names the variable that cannot be used.
    """
    unquoted = {name: _without_quotes(environment.get(name, "")) for name in NAMES}
    given = {name: value for name, value in unquoted.items() if value}
    base_url = _web_address(given, "WERYAI_BASE_URL", WERYAI)
    data = Path(given.get("DATA_FOLDER", DATA)).expanduser().resolve()
    return Settings(
        api_key=_key(given),
        base_url=base_url,
        models_base_url=_web_address(given, "WERYAI_MODELS_BASE_URL", WERYAI_MODELS),
        database_url=given.get("DATABASE_URL", f"sqlite:///{data / 'studio.db'}"),
        archive_url=_archive(given.get("ARCHIVE_URL", str(data / "archive"))),
        output_limit=_number(given, "OUTPUT_LIMIT_MB", OUTPUT_LIMIT // MEGABYTE, "of megabytes") * MEGABYTE,
        submissions_per_minute=_number(given, "SUBMISSIONS_PER_MINUTE", SUBMISSIONS_PER_MINUTE, "of jobs"),
        data=data,
        public_url=_web_address(given, "PUBLIC_URL", "", like="studio.example.com"),
        keeping=Retention(
            _number(given, "HISTORY_BODY_DAYS", Retention.body_days, "of days"),
            _number(given, "HISTORY_DAYS", Retention.row_days, "of days"),
        ),
        spend_without_sign_in=given.get("SPEND_WITHOUT_SIGN_IN", "").lower() == "yes",
    )


def check_key(text: str) -> str:
    """Return the key as it can be sent; it has no space, line break or character that a header cannot contain.

    Quotes around it and `Bearer` before it are removed. Errors: SettingsError, which never repeats the key.
    """
    key = _without_quotes(_BEARER.sub("", _without_quotes(text), count=1))
    if not key:
        raise SettingsError("The key is empty.", hint="Paste the whole key.")
    if any(c.isspace() or not c.isprintable() or not c.isascii() for c in key) or len(key) > 400:
        raise SettingsError("That is not a WeryAI key.", hint="A key is one word that starts with sk-.")
    if vendor := next((name for prefix, name in _OTHER_VENDORS.items() if key.startswith(prefix)), ""):
        raise SettingsError(f"That key is from {vendor}, not from WeryAI. It was not sent anywhere.", hint=_KEY_PAGE)
    if not key.startswith("sk-") or len(key) < KEY_LENGTH:  # D-quick, D-dev
        raise SettingsError("A WeryAI key starts with sk- and is longer.", hint=_KEY_PAGE)
    return key


def _without_quotes(text: str) -> str:
    """Return the text without blanks and quotes around it."""
    return text.strip(_BLANK + _QUOTES)


def _key(given: Mapping[str, str]) -> str:
    try:
        return check_key(given["WERYAI_API_KEY"]) if "WERYAI_API_KEY" in given else ""
    except SettingsError as error:
        raise SettingsError(f"WERYAI_API_KEY cannot be used. {error.message}", hint=error.hint) from None


def _number(given: Mapping[str, str], name: str, default: int, of_what: str) -> int:
    text = given.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not int(text):
        raise SettingsError(f"{name} is not a number {of_what}.", hint=f"Use a whole number, such as {default}.")
    return int(text)


def _web_address(given: Mapping[str, str], name: str, default: str, *, like: str = "") -> str:
    address = given.get(name, default).rstrip("/")
    problem = _problem(address) if name in given else ""
    if problem:
        host = like or urlsplit(default).netloc
        raise SettingsError(
            f"{name} is not a web address: {problem}.", hint=f"Write it as https:// and a host, such as {host}."
        )
    return address


def _problem(address: str) -> str:
    """Return why requests cannot go to this URL; the URL is not repeated, as it may hold a password."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "its host or port is not valid"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "it must start with https:// and a host"
    if parts.username is not None or parts.query or parts.fragment:
        return "it has a user, a query or a fragment"
    if re.search(r"\s|[^\x21-\x7e]", address):
        return "it has a space or a character that is not allowed"
    return "leave out /v1, the studio adds it" if parts.path.endswith("/v1") else ""


def _archive(place: str) -> str:
    return place if "://" in place else Path(place).expanduser().resolve().as_uri()

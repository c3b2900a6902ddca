"""An account (a base URL and a key), and what is known of it at the moment."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Account:
    """A base URL and a key: where jobs go, and whose credits they spend.

    `id` is a fingerprint of both; `label` shows the key as `sk-…343e`.
    """

    id: str
    base_url: str
    label: str
    is_sandbox: bool = False  # the sandbox inside the studio, which costs nothing
    is_local: bool = False  # the API is on this machine: its links may point to this machine, and it answers quickly
    is_shared: bool = False


@dataclass(frozen=True)
class Waiting:
    """An account that has unfinished jobs; `label` shows its key as `sk-…343e`."""

    account: str
    label: str
    base_url: str
    is_shared: bool
    jobs: int


@dataclass(frozen=True)
class Standing:
    """What is known of an account at the moment.

    `balance` is in credits, and `no_balance` is why it is not known; `rejected` is why WeryAI rejected the key.
    """

    balance: float | None = None
    balance_at: datetime | None = None
    rejected: str = ""
    rejected_at: datetime | None = None
    no_balance: str = ""

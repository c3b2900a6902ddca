"""Where jobs go and who pays: an account, and what is known of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Account:
    """Where jobs go and who pays. `id` is a fingerprint of base URL and key; `label` shows the key as `sk-…343e`."""

    id: str
    base_url: str
    label: str
    is_sandbox: bool = False  # the one inside the studio, that costs nothing
    is_local: bool = False  # the API is on this machine: it may hand out addresses of this machine, and it is quick
    is_shared: bool = False


@dataclass(frozen=True)
class Waiting:
    """An account with jobs that are not at their end; `label` shows its key as `sk-…343e`."""

    account: str
    label: str
    base_url: str
    is_shared: bool
    jobs: int


@dataclass(frozen=True)
class Standing:
    """What is known of an account at the moment: its credits, or why they are not told, and a rejection of its key."""

    balance: float | None = None
    balance_at: datetime | None = None
    rejected: str = ""
    rejected_at: datetime | None = None
    no_balance: str = ""

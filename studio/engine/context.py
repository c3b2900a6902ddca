"""The context that all parts of one account's runtime share: the account, the ledger, its API and the clock."""

from dataclasses import dataclass

from studio.core.account import Account
from studio.core.values import Clock, now
from studio.ledger.ledger import Ledger
from studio.weryai.api import WeryAI


@dataclass(frozen=True)
class Context:
    """`api.key` is replaced in place when the account gets another key; `account` keeps the label of its first one."""

    account: Account
    ledger: Ledger
    api: WeryAI
    clock: Clock = now

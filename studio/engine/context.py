"""What all parts that work for one account share: the account, its ledger, its API and the time."""

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

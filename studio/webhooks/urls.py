"""The addresses that WeryAI is given to call when a task ends: one for each job, which nobody else can know.

Calls are not signed, as far as is known (docs/weryai-api.md 4), so the secret is in the address: it is made of the
job's id and of a key that the ledger keeps.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from studio.core.account import Account
from studio.core.hosts import is_loopback

PATH = "/webhooks/weryai"
TEST = "test"  # stands for a job in the address by which people try whether calls arrive


@dataclass(frozen=True)
class WebhookUrls:
    """`public_url` is where the studio is reached from outside; empty when that is nowhere."""

    public_url: str = ""
    key: str = field(default="", repr=False)

    def address(self, job_id: str, account: Account) -> str:
        """What a submission tells WeryAI to call; empty when a call could not arrive."""
        return self._address(job_id) if self.reach(account) else ""

    def test_address(self) -> str:
        """An address that does nothing but show that a call arrived."""
        return self._address(TEST)

    def reach(self, account: Account) -> bool:
        """The account's API can call: an address of this very machine is of use to the sandbox alone."""
        return bool(self.public_url) and (account.is_local or not is_loopback(self.public_url))

    def is_valid(self, secret: str, job_id: str) -> bool:
        """Compared in constant time, so that nobody can guess a secret letter by letter."""
        return bool(self.key) and hmac.compare_digest(self._secret(job_id).encode(), secret.encode())

    def _address(self, job_id: str) -> str:
        return f"{self.public_url}{PATH}/{self._secret(job_id)}/{job_id}"

    def _secret(self, job_id: str) -> str:
        return hmac.new(self.key.encode(), f"webhook\n{job_id}".encode(), hashlib.sha256).hexdigest()[:32]

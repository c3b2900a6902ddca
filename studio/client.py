"""A person's access to the studio with one account: pages use API and ledger through this class only."""

from dataclasses import dataclass

from studio.client_parts.balance import Balance
from studio.client_parts.calls import Calls
from studio.client_parts.comparisons import Comparisons
from studio.client_parts.context import ClientContext
from studio.client_parts.costs import Costs
from studio.client_parts.earlier_prompts import EarlierPrompts
from studio.client_parts.families import Families
from studio.client_parts.gallery import Gallery
from studio.client_parts.jobs import Jobs
from studio.client_parts.models import Models
from studio.client_parts.people import People
from studio.client_parts.plans import Plans
from studio.client_parts.presets import Presets
from studio.client_parts.progress import Progress
from studio.client_parts.queue import Queue
from studio.client_parts.refills import Refills
from studio.client_parts.spending import Spending
from studio.client_parts.tasks import Tasks
from studio.references import References


@dataclass(frozen=True)
class Client(ClientContext):
    """One person with one account, and a part for each subject. Cheap to create: the state is in the ledger.

    Every change requires the permission to spend, except marks of the gallery and votes, which are a person's own.
    """

    @property
    def jobs(self) -> Jobs:
        return Jobs(self)

    @property
    def queue(self) -> Queue:
        return Queue(self)

    @property
    def plans(self) -> Plans:
        return Plans(self)

    @property
    def progress(self) -> Progress:
        return Progress(self)

    @property
    def tasks(self) -> Tasks:
        return Tasks(self)

    @property
    def gallery(self) -> Gallery:
        return Gallery(self)

    @property
    def comparisons(self) -> Comparisons:
        return Comparisons(self)

    @property
    def families(self) -> Families:
        return Families(self)

    @property
    def models(self) -> Models:
        return Models(self)

    @property
    def calls(self) -> Calls:
        return Calls(self)

    @property
    def references(self) -> References:
        """The files that this person's jobs work from."""
        uploader = self.runtime.uploader
        return References(uploader, self.ledger, uploader.archive, self.person, self.clock, self.may_not_spend)

    @property
    def refills(self) -> Refills:
        return Refills(self)

    @property
    def presets(self) -> Presets:
        return Presets(self)

    @property
    def earlier_prompts(self) -> EarlierPrompts:
        return EarlierPrompts(self)

    @property
    def balance(self) -> Balance:
        return Balance(self)

    @property
    def costs(self) -> Costs:
        return Costs(self)

    @property
    def spending(self) -> Spending:
        return Spending(self)

    @property
    def people(self) -> People:
        return People(self)

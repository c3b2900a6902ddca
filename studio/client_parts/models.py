"""The models that an account can make things with, and what is known of each."""

from dataclasses import dataclass

from studio.client_parts.context import ClientContext
from studio.engine import polling
from studio.weryai.catalogue import Origin
from studio.weryai.model import Model


@dataclass(frozen=True)
class Models:
    context: ClientContext

    @property
    def version(self) -> int:
        """Another number when what is known of the models has changed."""
        return self.context.runtime.catalogue.version

    def list(self, mode: str) -> tuple[Model, ...]:
        return self.context.runtime.catalogue.models(mode)

    def get(self, mode: str, key: str) -> Model:
        return self.context.runtime.catalogue.model(mode, key)

    def titles(self) -> dict[str, str]:
        """What each model of any mode is called, by its key."""
        return self.context.runtime.catalogue.titles()

    def origin(self, mode: str) -> Origin:
        """Where the list of models is from."""
        return self.context.runtime.catalogue.origin(mode)

    def usual_time(self, mode: str, model: str) -> polling.Usual:
        """How long a model usually takes in a mode, from a short history already."""
        return self.context.runtime.tracker.model_history.usual(mode, model, polling.ENOUGH_TO_SHOW)

    def usual_cost(self, mode: str, model: str) -> tuple[float, float] | None:
        """The lowest and highest credits per task that this model took of late, if known."""
        costs = self.context.runtime.tracker.model_history.credits(mode, model)
        return (min(costs), max(costs)) if costs else None

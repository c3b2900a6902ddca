"""The models of an account, and what is known of each."""

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
        """A number that changes whenever what is known of the models changes."""
        return self.context.runtime.catalogue.version

    def list(self, mode: str) -> tuple[Model, ...]:
        """Return the known models of a mode; an old list is refreshed in the background."""
        self.context.runtime.catalogue.refresh_when_old()
        return self.context.runtime.catalogue.models(mode)

    def get(self, mode: str, key: str) -> Model:
        """Return a model by its key, like `list`; if it is unknown, a model whose limits are unknown."""
        self.context.runtime.catalogue.refresh_when_old()
        return self.context.runtime.catalogue.model(mode, key)

    def titles(self) -> dict[str, str]:
        """Return the title of each model of any mode, by its key."""
        return self.context.runtime.catalogue.titles()

    def origin(self, mode: str) -> Origin:
        """Return the source of a mode's list of models."""
        return self.context.runtime.catalogue.origin(mode)

    def usual_time(self, mode: str, model: str) -> polling.UsualDuration:
        """Return how long a model usually takes in a mode; a history of three tasks is enough."""
        return self.context.runtime.tracker.model_history.usual_duration(mode, model, polling.ENOUGH_TO_SHOW)

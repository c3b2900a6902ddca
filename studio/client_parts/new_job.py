"""Makes new jobs."""

from studio.client_parts.context import ClientContext
from studio.core import ids
from studio.core.values import Inputs, Job, Kind, State
from studio.weryai import modes
from studio.weryai.modes import MODES


def new_job(
    context: ClientContext,
    mode: str,
    kind: Kind,
    submission: str,
    *,
    model: str = "",
    prompt: str = "",
    inputs: Inputs | None = None,
    state: State = State.QUEUED,
) -> Job:
    """Return a new job of this person, neither sent nor recorded; without a `prompt`, it has that of its inputs."""
    body = inputs or {}
    return Job(
        id=ids.new("job"),
        submission=submission,
        account=context.account.id,
        person=context.person,
        mode=mode,
        kind=kind,
        model=model,
        prompt=prompt or str(body.get("prompt", "")),
        inputs=body,
        count=modes.count(MODES[mode], body),
        state=state,
        created_at=context.clock(),
    )

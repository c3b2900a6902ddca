"""A job as it is when somebody makes it: not sent, and not written down yet."""

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
    """A job of this person, of now; its prompt is that of its inputs unless another is given."""
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

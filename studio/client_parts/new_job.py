"""Makes new jobs."""

from studio.client_parts.context import ClientContext
from studio.client_parts.models import Models
from studio.core import ids
from studio.core.values import Draft, Inputs, Job, Kind, State
from studio.weryai import modes, request_body
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


def job_of_draft(context: ClientContext, draft: Draft, submission: str) -> Job:
    """Return a new job of a draft, neither sent nor recorded. Errors: DraftError for inputs that cannot be sent."""
    mode, model = MODES[draft.mode], Models(context).get(draft.mode, draft.model)
    body = request_body.body(mode, model, draft.inputs)
    return new_job(context, mode.key, mode.kind, submission, model=model.key, inputs=body)

"""The facts of a job and its results in one line: model, shape, number, size and credits."""

from collections import Counter

from components.cards import inputs
from components.parts import cost_texts, job_texts
from components.parts.markdown import counted, credits_with_unit, escape
from studio.client import Client
from studio.core.number_texts import size_in_words
from studio.core.setting_texts import in_words
from studio.core.values import Job, Output, State
from studio.media import file_types

_SETTINGS = ("aspect_ratio", "resolution", "quality", "duration")


def line(client: Client, job: Job) -> str:
    """Return the facts that are known so far, as Markdown."""
    texts = {name: in_words(name, job.inputs[name]) for name in _SETTINGS if job.inputs.get(name)}
    settings = [f"{text} quality" if name == "quality" else text for name, text in texts.items()]
    sound = ["sound"] if str(job.inputs.get("generate_audio", "")).lower() == "true" else []
    model = [escape(job_texts.model_title(client, job))] if job.model else []
    return " · ".join(
        [
            *model,
            *map(escape, [*settings, *sound, *inputs.reference_counts(job)]),
            *_result_facts(job),
            *_cost(client, job),
        ]
    )


def _result_facts(job: Job) -> list[str]:
    saved = [output for output in job.outputs if output.is_shown]
    deleted = sum(bool(output.deleted_at) for output in job.outputs)
    if deleted and not saved:
        return [f"{counted(deleted, 'result')} deleted"]
    if not saved or job.state is not State.FINISHED:
        succeeded = f"{len(job.succeeded)} of " if job.state is State.OPEN and job.succeeded else ""
        return [f"{succeeded}{job.count} {job.kind}{'s' * (job.count > 1)}"]
    sizes = Counter(map(_size, saved))
    size_counts = [f"{number} × {size}" if number > 1 else size for size, number in sizes.items()]
    total = size_in_words(sum(output.size for output in saved))
    number = len(saved) + len(job.unsaved)
    saved_part = "saved" if len(saved) == number else f"{len(saved)} of {number} saved"
    gone = [f"{deleted} deleted"] if deleted else []
    return [escape(", ".join(size_counts)), f"{total}, {saved_part}", *gone]


def _size(output: Output) -> str:
    """Return the size in pixels; if that is unknown or the file has none, the name of its format."""
    return f"{output.width} × {output.height}" if output.width else file_types.called(output.format, output.key)


def _cost(client: Client, job: Job) -> list[str]:
    if job.cost is not None:
        return [credits_with_unit(job.cost, sandbox=client.spending.costs_nothing(job))]
    if job.state not in (State.QUEUED, State.UNCONFIRMED, State.OPEN):
        return []
    text = cost_texts.in_short(client.costs.estimate(job.draft), sandbox=client.spending.costs_nothing(job))
    return [f"maybe {text.removeprefix('usually ')}" if text and job.state is State.UNCONFIRMED else text]

"""Copies of results to download, which carry what made them in their metadata. The archive's file stays as it came."""

from collections.abc import Mapping

from studio.archive.archive import Archive
from studio.core import redaction
from studio.core.provenance import Provenance, Setting
from studio.core.reference import Given
from studio.core.texts import clean
from studio.core.values import Job, Output
from studio.ledger.ledger import Ledger
from studio.media import embedding
from studio.media.copies import Copy, unchanged
from studio.weryai import modes
from studio.weryai.fields import MediaField


def can_carry(output: Output) -> bool:
    """Whether the format of a result has a place for what made it."""
    return embedding.can_carry(output.key)


def copy_of(ledger: Ledger, archive: Archive, key: str) -> Copy:
    """Return a copy that carries what made a result, by its name in the archive; as it came if it has no place for it.

    Errors: ArchiveError when the file is missing, LedgerError.
    """
    file = archive.path(key)
    job = ledger.jobs.get(ledger.files.job_of(key))
    output = next((one for one in job.outputs if one.key == key), None) if job and not job.removed_at else None
    return embedding.copy_with(file, provenance_of(ledger, job, output)) if job and output else unchanged(file)


def provenance_of(ledger: Ledger, job: Job, output: Output) -> Provenance:
    """Return what made a result: neither person nor account, no URL, and no key even if somebody typed one."""
    urls = [url for _, url in modes.media_of(job.mode, job.inputs)]
    given = ledger.references.by_url(job.account, job.person, urls) if urls else {}
    return Provenance(
        prompt=_public(job.prompt),
        mode=job.mode,
        model=_public(job.model),
        settings=_settings(job),
        references=_references(job, given),
        job=job.id,
        task=_public(next(task.task_id for task in job.tasks if task.id == output.task)),
        output=job.outputs.index(output) + 1,
        made=f"{job.created_at:%Y-%m-%dT%H:%M:%SZ}",
    )


def _settings(job: Job) -> dict[str, Setting]:
    """Return the inputs of the mode's fields, without its prompt and its references."""
    names = [field.name for field in modes.fields_in(job.mode) if not isinstance(field, MediaField)]
    given = {name: job.inputs[name] for name in names if name != "prompt" and name in job.inputs}
    return {
        name: _public(value) if isinstance(value, str) else value
        for name, value in given.items()
        if isinstance(value, (str, int, bool))
    }


def _references(job: Job, given: Mapping[str, Given]) -> dict[str, tuple[str, ...]]:
    """Return the SHA-256 of the references by field, empty for one that was a link."""
    lists = {field.name: job.inputs.get(field.name) or () for field in modes.media_in(job.mode)}
    urls = {name: [held] if isinstance(held, str) else held for name, held in lists.items() if held}
    return {
        name: tuple(found.reference.sha256 if (found := given.get(url)) else "" for url in held)
        for name, held in urls.items()
    }


def _public(text: str) -> str:
    return clean(redaction.text(text, ""))

"""What the viewer says of a result: its prompt, its facts, what it was made from, and what can be done with it."""

from typing import Any

from components.cards import download_choice, downloads, sharing
from components.parts import file_urls, job_texts, page_links
from components.parts.local_time import clock_time
from components.parts.markdown import duration
from components.session import services
from components.viewer import actions, family_facts
from studio import copies
from studio.client import Client
from studio.core import file_names, setting_texts
from studio.core.gallery import UNDO_DAYS
from studio.core.number_texts import credits, size_in_words
from studio.core.reference import NOUNS, Given
from studio.core.values import Job, Output
from studio.media import file_types
from studio.weryai import modes
from studio.weryai.fields import Field, MediaField, SwitchField, TextField
from studio.weryai.modes import MODES


def of(client: Client, view: str) -> dict[str, Any] | None:
    """Return what the script of the viewer draws for a result; None if this person has no such result."""
    found = sharing.find_result(client, view)
    if not found:
        return None
    client, job, output = found
    marks, tags = _marks(client, output)
    return {
        "view": view,
        "prompt": job_texts.title(job),
        "negative": str(job.inputs.get("negative_prompt") or ""),
        "note": _note(output),
        "alt": job_texts.title(job)[:200],
        "medium": file_urls.shown_as(output),
        "width": output.width,
        "height": output.height,
        "original": file_urls.in_browser(output),
        "preview": file_urls.thumbnail(output),
        "download": downloads.url(job, output),
        "name": file_names.of_output(job, output),
        "with_settings": _with_settings(output),
        "marks": marks,
        "facts": [*_facts(client, job, output), *([("Tags", ", ".join(tags))] if tags else [])],
        "references": _references(client, job),
        "actions": [*actions.offered(client, job, output), *_lineage(client, job)],
        "links": _links(client, job),
    }


def _with_settings(output: Output) -> dict[str, Any] | None:
    """Return the choice for downloads; None where it changes nothing for this file."""
    is_asked = services.host.serves_routes and copies.can_carry(output)
    return download_choice.facts() if is_asked else None


def _note(output: Output) -> str:
    if output.deleted_at:
        return f"Deleted on {clock_time(output.deleted_at, '%d %b %Y')}. It can be restored for {UNDO_DAYS} days."
    return output.problem if output.lacks_preview else ""


def _marks(client: Client, output: Output) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return what this person has marked, and the tags; nothing of a result that another person shares by a link."""
    found = client.gallery.items([output.id], deleted=bool(output.deleted_at))
    return ({"favourite": found[0].favourite, "rating": found[0].rating}, found[0].tags) if found else (None, ())


def _facts(client: Client, job: Job, output: Output) -> list[tuple[str, str]]:
    """Return labels and texts; a fact that is not known is left out."""
    model = job_texts.model_title(client, job)
    found = {
        "Made with": MODES[job.mode].title if job.mode in MODES else "",
        "Model": f"{model} ({job.model})" if model and model != job.model else model,
        "Size": f"{output.width} × {output.height}" if output.width else "",
        "Length": f"{output.seconds:.1f} s" if output.seconds else "",
        "File": f"{file_types.called(output.format, output.key)}, {size_in_words(output.size)}",
        **_settings(job),
        "Took": _took(job),
        "Credits": _cost(client, job),
        "Made": f"{clock_time(job.created_at, '%d %b %Y %H:%M')}{_by(client, job)}",
    }
    return [(label, text) for label, text in found.items() if text]


def _settings(job: Job) -> dict[str, str]:
    """Return the values of the fields that were sent, but for texts and media, which are shown apart."""
    plain = [field for field in modes.fields_of(job.kind) if not isinstance(field, TextField | MediaField)]
    return {field.label: _setting(field, job.inputs[field.name]) for field in plain if field.name in job.inputs}


def _setting(field: Field, value: Any) -> str:
    if isinstance(field, SwitchField):
        return "Yes" if str(value).lower() == "true" else "No"
    return setting_texts.in_words(field.name, value)


def _took(job: Job) -> str:
    started_at = (job.tasks[0].accepted_at if job.tasks else None) or job.sent_at
    return duration((job.finished_at - started_at).total_seconds()) if job.finished_at and started_at else ""


def _cost(client: Client, job: Job) -> str:
    if job.cost is None:
        return ""
    several = f" for {len(job.outputs)} results" if len(job.outputs) > 1 else ""
    return f"{credits(job.cost)}{' demo' if client.spending.costs_nothing(job) else ''}{several}"


def _by(client: Client, job: Job) -> str:
    label = client.people.label(job.person)
    return f" by {label}" if label else ""


def _references(client: Client, job: Job) -> list[dict[str, str]]:
    given = client.jobs.references_of([job])
    media = enumerate(modes.media_of(job.mode, job.inputs), 1)
    return [_reference(number, NOUNS.get(medium, "reference"), given.get(url), url) for number, (medium, url) in media]


def _reference(number: int, noun: str, given: Given | None, url: str) -> dict[str, str]:
    name = given.reference.label if given else url.partition("://")[2][:60]
    preview = file_urls.preview(given.reference) if given and given.reference.preview else ""
    return {"preview": preview, "label": f"{noun.capitalize()} {number}: {name}"}


def _lineage(client: Client, job: Job) -> list[dict[str, Any]]:
    """Return the action that the script performs itself, for whoever may see the family."""
    return [{"title": "Lineage", "names": []}] if family_facts.is_known(client, job) else []


def _links(client: Client, job: Job) -> list[tuple[str, str]]:
    """Return labels and addresses of pages about the job."""
    if job.account != client.account.id:
        return []
    page = page_links.OF_KIND[job.kind]
    return [
        ("Card", file_urls.page_url(page, {page_links.JOB: job.id})),
        ("Trace", file_urls.page_url(page_links.HISTORY, {page_links.JOB: job.id})),
    ]

"""What the viewer says of a reference, of a job or in a form: its name and facts, and where it came from."""

import re
from typing import Any

from components.cards import sharing
from components.form import draft_state, media
from components.parts import file_urls, page_links, result_links
from studio.client import Client
from studio.core.number_texts import size_in_words
from studio.core.reference import NOUNS, Given
from studio.core.values import Kind
from studio.media import file_types
from studio.weryai import modes
from studio.weryai.modes import MODES


def of(client: Client, view: str) -> dict[str, Any] | None:
    """Return what the script of the viewer draws for a reference; None if this person has no such reference."""
    owner, _, name = view.partition(".r")
    given = _in_form(client, name) if owner == result_links.FORM else _of_job(client, owner, name)
    if not given:
        return None
    reference = given.reference
    return {
        "view": view,
        "prompt": reference.label,
        "alt": reference.label,
        "medium": file_urls.shown_as(reference),
        "width": reference.width,
        "height": reference.height,
        "original": file_urls.in_browser(reference),
        "preview": file_urls.preview(reference) if reference.preview else "",
        "facts": [(label, text) for label, text in _facts(given) if text],
        "links": [("Source", _card(given))] if given.job else [],
    }


def _in_form(client: Client, sha256: str) -> Given | None:
    """Return a reference that is in one of this session's forms: another one is nobody's by its name alone."""
    forms = {kind: draft_state.get_form(kind) for kind in Kind}
    held = any(sha256 in media.in_mode(forms[mode.kind], mode) for mode in MODES.values())
    found = client.references.get(sha256) if held else None
    return Given(found) if found else None


def _of_job(client: Client, job_id: str, number: str) -> Given | None:
    found = sharing.find_job(client, job_id)
    if not found or not re.fullmatch("[0-9]{1,4}", number):
        return None
    shown_to, job = found
    urls = dict(enumerate((url for _, url in modes.media_of(job.mode, job.inputs)), 1))
    return shown_to.jobs.references_of([job]).get(urls.get(int(number), ""))


def _facts(given: Given) -> list[tuple[str, str]]:
    reference = given.reference
    return [
        ("Used as", f"Reference {NOUNS[reference.medium]}"),
        ("Size", f"{reference.width} × {reference.height}" if reference.width else ""),
        ("Length", f"{reference.seconds:.1f} s" if reference.seconds else ""),
        ("File", f"{file_types.called('', reference.key)}, {size_in_words(reference.size)}"),
        ("Converted from", reference.converted),
    ]


def _card(given: Given) -> str:
    return file_urls.page_url(page_links.OF_KIND[Kind(given.kind)], {page_links.JOB: given.job})

"""Links to results and references: each opens the viewer of its page. That of a result is an address to share."""

import html
from urllib.parse import urlencode

from components.parts import file_urls, page_links
from components.session import services
from studio.core.reference import Reference
from studio.core.values import Job, Output

_RESULTS = "results"  # who leafs through the viewer stays among links of one group
FORM = "form"  # the owner of a reference that is in a form, and not in a job


def view_of(job: Job, output: Output) -> str:
    """Return the name of a result in an address."""
    return f"{job.id}.{output.id}"


def reference_view(owner: str, name: str) -> str:
    """Return the name of a reference in an address: of a job by a number from 1, of a form (`FORM`) by its SHA-256."""
    return f"{owner}.r{name}"


def picture(job: Job, output: Output, alt: str, source: str = "") -> str:
    """Return the HTML of a result's preview, or another `source`, that opens the viewer.

    It has its shape before it is loaded.
    """
    shape = f"aspect-ratio:{output.width}/{output.height};" if output.width and output.height else ""
    image = _image(source or file_urls.thumbnail(output), alt, f"display:block;width:100%;{shape}border-radius:.6rem")
    return f"{_opening(view_of(job, output), output, _RESULTS)}>{image}</a>"


def button(job: Job, output: Output, label: str) -> str:
    """Return the HTML of a link that opens the viewer, for a result that plays in place."""
    text = html.escape(label)
    opening = _opening(view_of(job, output), output, _RESULTS)
    return f'{opening} aria-label="{text}" title="{text}" class="studio-larger">⤢</a>'


def reference(reference: Reference, owner: str, name: str, alt: str, style: str) -> str:
    """Return the HTML of a reference's preview that opens the viewer; `owner` and `name` as in `reference_view`."""
    image = _image(file_urls.preview(reference), alt, style)
    return f"{_opening(reference_view(owner, name), reference, owner)}>{image}</a>"


def address(view: str) -> str:
    """Return the address of a result or reference, relative to that of a page."""
    return f"?{urlencode({page_links.RESULT: view})}"


def facts(file: Output | Reference) -> dict[str, str | int]:
    """Return what the viewer needs to show a file at once."""
    return {
        "original": file_urls.in_browser(file) if services.host.serves_routes else "",
        "medium": file_urls.shown_as(file),
        "width": file.width or "",
        "height": file.height or "",
    }


def _image(source: str, alt: str, style: str) -> str:
    return f'<img src="{html.escape(source)}" alt="{html.escape(alt)}" style="{style}">'


def _opening(view: str, file: Output | Reference, group: str) -> str:
    """Return the beginning of a link that opens the viewer."""
    data = {"result": view, "group": group, **facts(file)}
    shown = " ".join(f'data-{name}="{html.escape(str(value))}"' for name, value in data.items())
    return f'<a href="{html.escape(address(view))}" {shown}'

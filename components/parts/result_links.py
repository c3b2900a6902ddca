"""Links to results: each opens the viewer of its page, and is an address that others can open."""

import html
from urllib.parse import urlencode

from components.parts import file_urls, page_links
from components.session import services
from studio.core.values import Job, Output
from studio.media import output_uses


def view_of(job: Job, output: Output) -> str:
    """Return the name of a result in an address."""
    return f"{job.id}.{output.id}"


def picture(job: Job, output: Output, alt: str) -> str:
    """Return the HTML of a result's preview that opens the viewer; the preview has its shape before it is loaded."""
    shape = f"aspect-ratio:{output.width}/{output.height};" if output.width and output.height else ""
    style = f"display:block;width:100%;{shape}border-radius:.6rem"
    source = html.escape(file_urls.thumbnail(output))
    return f'{_opening(job, output)}><img src="{source}" alt="{html.escape(alt)}" style="{style}"></a>'


def button(job: Job, output: Output, label: str) -> str:
    """Return the HTML of a link that opens the viewer, for a result that plays in place."""
    return f'{_opening(job, output)} aria-label="{html.escape(label)}" class="studio-larger">⤢</a>'


def _opening(job: Job, output: Output) -> str:
    """Return the beginning of the link. Its data is what the viewer needs to show the result at once."""
    view = view_of(job, output)
    data = {
        "result": view,
        "original": file_urls.original(output) if services.host.serves_routes else "",
        "medium": output_uses.medium_of(output),
        "width": output.width or "",
        "height": output.height or "",
    }
    shown = " ".join(f'data-{name}="{html.escape(str(value))}"' for name, value in data.items())
    return f'<a href="?{urlencode({page_links.RESULT: view})}" {shown}'

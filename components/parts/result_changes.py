"""Changes of one result that a page shows before they are written: favourite, rating, deletion and its undo.

The browser sends them with a message of the page. Those without an answer when the page is left go to a route.
"""

import re
from urllib.parse import urlencode

from components.parts import file_urls
from components.session import services, session
from studio.client import Client

PATH = "/result-changes/"
KIND = "result-changes"  # of signed URLs, as those in `file_urls`
SHARED = "shared"  # the shared account, in the URL
FAVOURITE, RATING, DELETE, UNDO = "favourite", "rating", "Delete", "Undo"


def url() -> str:
    """Return the URL to which a page that is left posts its changes; empty on a host without routes."""
    if not services.host.serves_routes:
        return ""
    account = session.state().account or SHARED
    fields = file_urls.signed_form(f"{PATH}{account}", KIND, account)
    return f"{fields.pop('action')}?{urlencode(fields)}"


def output_of(view: str) -> int:
    """Return the ID of the output that a view names (`result_links.view_of`); 0 if it names none."""
    found = re.search(r"\.([0-9]{1,18})$", view)
    return int(found[1]) if found else 0


def apply(client: Client, output: int, name: str) -> list[int] | None:
    """Make the change with this name, as in "Delete" or "rating: 3"; return the outputs that it changed.

    None if the name is of no such change. Errors: DraftError, NotAllowed.
    """
    title, _, value = name.partition(": ")
    if title == FAVOURITE and value in ("0", "1"):
        return [output] * client.gallery.set_favourite([output], value == "1")
    if title == RATING and re.fullmatch("[0-9]", value):
        return [output] * client.gallery.rate([output], int(value))
    if name == DELETE:
        return client.gallery.delete([output])
    return client.gallery.restore([output]) if name == UNDO else None

"""What a page needs for a ZIP of outputs: a signed link for those of a job, a signed form for any number."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from components.parts import file_urls
from components.session import session

PATH = "/outputs.zip"
MOST = 20_000  # outputs of one ZIP
KIND = "zip"  # of signed URLs, as those in `file_urls`
_SIGNED = ("account", "ids", file_urls.WITH_SETTINGS)


def form(account: str, ids: Iterable[int], name: str) -> dict[str, str]:
    """Return the URL of a form that downloads outputs of an account under this name, as "action", and its fields.

    A page or a component posts it, with `method="post"`. The files carry prompt and settings if this session asked.
    """
    settings = "yes" if session.state().with_settings else ""
    fields = {"account": account, "ids": ",".join(map(str, ids)), file_urls.WITH_SETTINGS: settings}
    return {**file_urls.signed_form(PATH, KIND, subject(fields)), **fields, "name": name}


def link(account: str, ids: Iterable[int], name: str) -> str:
    """Return a URL that downloads the same, for at most a few hundred outputs: proxies limit the length of a URL."""
    fields = form(account, ids, name)
    return f"{fields.pop('action')}?{urlencode(fields, safe=',')}"


def subject(fields: Mapping[str, str]) -> str:
    """Return the text that is signed."""
    return " ".join(fields.get(name, "") for name in _SIGNED)

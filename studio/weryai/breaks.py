"""How an exchange broke off, as an error of ours: what matters is whether the API may have got the request."""

import requests
from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError

from studio.errors import ConnectionFailed, NotConnected


def no_answer(error: requests.RequestException | HTTPError) -> ConnectionFailed:
    """The error to raise when no whole answer came; its `detail` is what the library said."""
    failed: ConnectionFailed = NotConnected("WeryAI could not be reached.")
    if not _never_connected(error):
        late = isinstance(error, requests.Timeout | ReadTimeoutError)
        broke = "timed out" if late else "broke off before WeryAI answered"
        failed = ConnectionFailed(f"The connection {broke}.", may_have_acted=True)
    failed.detail = str(error)[:500]
    return failed


def _never_connected(error: requests.RequestException | HTTPError) -> bool:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.InvalidURL):
        return True
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(cause, NewConnectionError) or "CERTIFICATE_VERIFY_FAILED" in str(error)

"""A call as a curl command and as Python code; the key comes from the environment variable of whoever runs it."""

import json
import shlex
from typing import Any

from studio.core import redaction
from studio.core.calls import Call
from studio.history.advice import is_upload

KEY = "WERYAI_API_KEY"
_CALLED_BACK = "webhook_url"
_LEFT_OUT = f"# {_CALLED_BACK} is left out: its secret is not stored\n"


def why_not(call: Call) -> str:
    """Return why there is no code for this call; empty when there is."""
    if call.method == "GET" or is_upload(call):
        return ""
    if not call.request_body:
        return "There is no code for this call: its body is no longer stored."
    if redaction.is_cut(call.request_body):
        return "There is no code for this call: its body was too long to store in full."
    is_whole = redaction.REMOVED not in _body(call)[0]
    return "" if is_whole else "There is no code for this call: its body had a secret that is not stored."


def curl(call: Call) -> str:
    """Return one command for a shell."""
    body, note = _body(call)
    parts = [f"curl -X {call.method} {shlex.quote(call.url)}", f'-H "Authorization: Bearer ${KEY}"']
    if is_upload(call):
        parts += ["-F file=@your-file", "-F fixed=false"]
    elif body:
        parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(body)}"]
    return note + " \\\n  ".join(parts)


def python(call: Call) -> str:
    """Return a few lines of Python that need only `requests`."""
    body, note = _body(call)
    given = [repr(call.method), repr(call.url), *_arguments(call, body), "timeout=60"]
    listed = "".join(f"    {one},\n" for one in given)
    made = f"answer = requests.request(\n{listed})\nprint(answer.status_code, answer.text)\n"
    return f"import os\n\nimport requests\n\n{note}{made}"


def _arguments(call: Call, body: str) -> list[str]:
    key = f'"Authorization": f"Bearer {{os.environ[{KEY!r}]}}"'
    if is_upload(call):
        return [f"headers={{{key}}}", 'files={"file": open("your-file", "rb")}', 'data={"fixed": "false"}']
    if body and not _is_strict(body):
        return [f'headers={{{key}, "Content-Type": "application/json"}}', f"data={body!r}.encode()"]
    return [f"headers={{{key}}}", *([f"json={json.loads(body)!r}"] if body else [])]


def _body(call: Call) -> tuple[str, str]:
    """Return the body on one line without the webhook's URL, and a comment if there was one."""
    parsed = _parsed(call.request_body)
    if parsed is None:
        return call.request_body, ""
    note = _LEFT_OUT if isinstance(parsed, dict) and parsed.pop(_CALLED_BACK, None) else ""
    return json.dumps(parsed, ensure_ascii=False), note


def _is_strict(body: str) -> bool:
    """Whether the body is strict JSON, which `requests` can write, too: it has no NaN, a name that Python lacks."""
    try:
        return bool(json.dumps(json.loads(body), allow_nan=False))
    except (ValueError, RecursionError):
        return False


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None

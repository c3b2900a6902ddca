"""Every documented variant of an answer, by name; the first of each choice is what most of the vendor's pages show."""

from collections.abc import Mapping
from typing import Any

ENVELOPES: Mapping[str, Mapping[str, Any]] = {
    "docs": {"status": 0, "desc": "success", "message": "success"},
    "podcast": {"status": 200, "desc": "Success", "message": "Success", "success": True},
    "msg": {"status": 0, "msg": "success"},
    "text-0": {"status": "0", "message": "success"},
    "text-200": {"status": "200", "message": "success"},
    "word": {"status": "success"},
    "ok": {"status": "ok"},
    "null": {"status": None, "message": "success"},
    "absent": {},
    "flag": {"success": True},
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "docs": {},
    "upper": {"waiting": "WAITING", "processing": "PROCESSING", "succeed": "SUCCEED", "failed": "FAILED"},
    "guide": {"waiting": "PENDING", "processing": "PROCESSING", "succeed": "SUCCESS", "failed": "FAILED"},
    "runtime": {"waiting": "pending", "processing": "running", "succeed": "success", "failed": "fail"},
    "users": {"failed": "error"},
    "canceled": {"failed": "canceled"},
    "scripts": {"succeed": "completed"},  # T5
    "unheard-of": {"waiting": "lining_up", "processing": "rendering"},
}
REASONS: Mapping[str, str] = {  # reasons of failed tasks (T2); the first is the sandbox's own
    "own": "A simulated failure",
    "moderation": "Content moderation: a simulated failure",
    "audit": "Image asset audit: a simulated failure",
    "copyright": "Not made due to copyright restrictions: a simulated failure",
}
GUIDE_CODES = {1002: 1001, 1011: 1004, 2003: 1005}  # where the codes of D-dev and S13 differ from S1
CHOICES: Mapping[str, tuple[str, ...]] = {
    "envelope": tuple(ENVELOPES),
    "errors": ("both", "message", "desc", "msg"),
    "codes": ("server", "guide"),
    "submit": ("docs", "batch", "single", "both", "array"),
    "words": tuple(WORDS),
    "results": ("list", "objects", "named", "string", "url", "bare", "urls", "output_url", "result_url"),
    "place": ("data", "output", "task_result"),
    "names": ("snake", "camel"),
    "task": ("object", "array"),
    "batch": ("array", "lone"),
    "balance": ("number", "object"),
    "registry": ("groups", "list", "no-multi"),
    "keys": ("model_key", "modelKey", "id"),
    "titles": ("title", "label", "name"),
    "audio": ("either", "boolean", "text", "documented"),
    "webhook": ("taken", "unknown"),
    "missing": ("1003", "1002", "1010", "404"),
    "rejected": ("message", "desc"),
    "cost": ("given", "missing"),
    "reason": tuple(REASONS),
    "calls": ("guide", "lower"),
    "request_id": ("none", "x-request-id", "x-trace-id", "x-log-id"),
}

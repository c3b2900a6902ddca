"""A believable history, straight into the tables: months of a team's jobs with their polls, errors and answers."""

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from studio.core.account import Account
from studio.engine.accounts import SANDBOX
from studio.ledger.ledger import Ledger, open_ledger
from studio.ledger.tables import calls, jobs, tasks

ACCOUNT = SANDBOX  # so that a studio without a key shows it
END = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
DAYS = 120
CHUNK = 500  # jobs at once
CALLS_OF_A_JOB = 8.43  # as they come out on average
PEOPLE = [f"p_{number:016x}" for number in range(12)]
MODELS = {
    "text_to_image": ["SEEDREAM_4_5", "WERYAI_IMAGE_2_0", "NANO_BANANA_PRO", "FLUX_2", "GPT_IMAGE_2"],
    "image_to_image": ["SEEDREAM_4_5", "NANO_BANANA_PRO"],
    "text_to_video": ["SEEDANCE_2_0", "KLING_V3_0_PRO", "SORA_2_PRO", "VEO_3_1"],
    "image_to_video": ["SEEDANCE_2_0", "KLING_V3_0_PRO"],
}
WEIGHTS = (55, 15, 20, 10)
THINGS = (
    *("hills", "lighthouse", "valley", "fox", "market", "harbour", "orchid"),
    *("violin", "desert", "glacier", "kitchen", "robot", "bicycle", "portrait"),
)
MANNERS = ("at dawn", "in heavy rain", "as an oil painting", "in soft daylight", "seen from above", "in 35 mm")
FAULTS = (
    (502, "", "ServerError", "WeryAI answered 502 Bad Gateway."),
    (429, "6002", "RateLimitError", "too many requests"),
    (None, "", "ConnectionFailed", "The connection timed out. Read timed out."),
)
REFUSALS = (
    (200, "1011", "OutOfCreditsError", "Insufficient balance"),
    (200, "2003", "ContentRejectedError", "The prompt did not pass the content check"),
    (422, "1002", "InvalidInputError", "duration 6 is not supported"),
)
Row = dict[str, Any]


def fill(ledger: Ledger, number: int, seed: int = 7) -> None:
    """Write about so many calls, and the jobs and tasks that they are about, oldest first."""
    chance = random.Random(seed)
    ledger.accounts.add_if_new(Account(ACCOUNT, "https://api.weryai.com", "sk-…past"))
    total = max(1, round(number / CALLS_OF_A_JOB))
    for first in range(0, total, CHUNK):
        made: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
        for place in range(first, min(first + CHUNK, total)):
            for rows, new in zip(made, job_rows(place, total, chance), strict=True):
                rows.extend(new)
        with ledger.database.write() as connection:
            for table, rows in zip((jobs, tasks, calls), made, strict=True):
                if rows:
                    connection.execute(table.insert(), rows)
    if ledger.database.engine.dialect.name == "postgresql":  # it does so by itself, in time; SQLite never does
        with ledger.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))


def job_rows(place: int, total: int, chance: random.Random) -> tuple[list[Row], list[Row], list[Row]]:
    """A job with its tasks and its calls."""
    start = END - timedelta(days=DAYS) * (1 - place / total) + timedelta(seconds=chance.uniform(-600, 600))
    mode = chance.choices(list(MODELS), WEIGHTS)[0]
    kind, model = mode.rpartition("_")[2], chance.choice(MODELS[mode])
    prompt = f"A {chance.choice(THINGS)} and a {chance.choice(THINGS)} {chance.choice(MANNERS)}, number {place}"
    job_id, ending = f"job_{int(start.timestamp() * 1000):011x}{place:08x}", chance.random()
    count = 1 if kind == "video" else chance.choice((1, 1, 2, 4))
    took = chance.lognormvariate(4.6, 0.5) if kind == "video" else chance.lognormvariate(3.0, 0.5)
    inputs = {"prompt": prompt, "aspect_ratio": "16:9", "model": model}
    row: Row = {"id": job_id, "submission": f"past:{place}", "account": ACCOUNT, "person": chance.choice(PEOPLE)}
    row |= {"mode": mode, "kind": kind, "model": model, "prompt": prompt, "inputs": inputs, "count": count}
    row |= {"created_at": start, "sent_at": start, "answered_at": start + timedelta(seconds=1), "state": "finished"}
    row |= {
        "finished_at": start + timedelta(seconds=took),
        "reason": "",
        "error_kind": "",
        "batch_id": f"b{place:012x}",
    }
    row |= {"cost": (30.0 if kind == "video" else 7.0) * count}
    about = {"job": job_id, "person": row["person"], "account": ACCOUNT}
    post = _call(chance, start, "POST", f"/v1/generation/{mode.replace('_', '-')}", about, inputs) | {"model": model}
    if ending > 0.98:
        status, code, error_kind, error = chance.choice(REFUSALS)
        row |= {"state": "refused", "reason": error, "error_kind": error_kind, "finished_at": None, "cost": None}
        post |= {"http_status": status, "code": code, "error_kind": error_kind, "error": error}
        return [row], [], [post]
    made = [_task(chance, row, number, ending > 0.94) for number in range(count)]
    return [row], made, [post, *_polls(chance, row, took, about)]


def _task(chance: random.Random, job: Row, position: int, has_failed: bool) -> Row:
    failed = {"status": "failed", "reason": chance.choice(("moderated", "internal error", "timed out over there"))}
    row = {"job": job["id"], "account": ACCOUNT, "task_id": f"task_{chance.getrandbits(48):012x}", "position": position}
    row |= {"status": "succeeded", "reason": "", "cost": job["cost"] / job["count"], "accepted_at": job["answered_at"]}
    return row | {"finished_at": job["finished_at"]} | (failed if has_failed else {})


def _polls(chance: random.Random, job: Row, took: float, about: Row) -> Iterator[Row]:
    """Asked more often near the end, and now and then in vain."""
    batch, number = job["batch_id"], max(2, min(40, round(took / 6)))
    for place in range(1, number + 1):
        at = job["created_at"] + timedelta(seconds=took * place / number)
        poll = _call(chance, at, "GET", f"/v1/generation/batch/{batch}/status", about, None)
        poll |= {"batch_id": batch, "endpoint": "/v1/generation/batch/{batch_id}/status"}
        if chance.random() < 0.02:
            status, code, error_kind, error = chance.choice(FAULTS)
            poll |= {"http_status": status, "code": code, "error_kind": error_kind, "error": error}
        yield poll


def _call(chance: random.Random, at: datetime, method: str, path: str, about: Row, body: Any) -> Row:
    answer = {"status": 0, "data": {"task_status": "processing", "results": [], "id": chance.getrandbits(64)}}
    row = {
        "id": f"req_{int(at.timestamp() * 1000):011x}{chance.getrandbits(32):08x}",
        "at": at,
        "method": method,
        "path": path,
        "endpoint": path,
    }
    row |= {"url": f"https://api.weryai.com{path}", "duration_ms": round(chance.lognormvariate(4.5, 0.6)), "attempt": 1}
    row |= {
        "http_status": 200,
        "code": "0",
        "error_kind": "",
        "error": "",
        "vendor_id": f"{chance.getrandbits(64):016x}",
    }
    row |= {"request_headers": {"Accept": "application/json", "Authorization": "Bearer [removed]"}, "model": ""}
    row |= {"response_headers": {"Content-Type": "application/json", "Date": f"{at:%c}"}, "task_id": "", "batch_id": ""}
    return row | about | {"request_body": json.dumps(body) if body else "", "response_body": json.dumps(answer)}


if __name__ == "__main__":
    opened = open_ledger(sys.argv[1])
    fill(opened, int(sys.argv[2]))
    opened.close()

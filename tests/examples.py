"""Values that tests of the ledger, the archive and the pages start from."""

import hashlib
from datetime import UTC, datetime

from sandbox import media
from studio.core.calls import Call
from studio.core.reference import Medium, Reference, Upload
from studio.core.values import Job, Kind, State

WHEN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


JOB = Job(
    id="job_1",
    submission="s:1",
    account="a",
    person="",
    mode="text_to_image",
    kind=Kind.IMAGE,
    model="M",
    prompt="hills",
    inputs={"prompt": "hills", "aspect_ratio": "16:9"},
    count=2,
    state=State.QUEUED,
    created_at=WHEN,
)


CALL = Call("req_1", "a", WHEN, "GET", "https://x/y", "/y", 12, http_status=200, task_id="t1", job="job_1")


PICTURE = media.picture("A person's own", "1:1", 4)


NAME = hashlib.sha256(PICTURE).hexdigest()


REFERENCE = Reference(NAME, Medium.IMAGE, "Zoë's 猫.png", f"references/{NAME}.png", len(PICTURE), added_at=WHEN)


UPLOAD = Upload("a", NAME, "https://static.weryai.com/1.png", WHEN)
POST = Call("req_1", "a", WHEN, "POST", "https://x/v1/generation/text-to-image", "/v1/generation/text-to-image", 9)

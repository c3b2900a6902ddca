"""Reference files for tests: adds a picture as a form does, and uploads it to WeryAI."""

import hashlib

from studio.core.reference import Medium, Reference, UploadProgress
from studio.engine.runtime import Runtime
from tests.conftest import Harness
from tests.fault_matrix import picture

OWN_NAME = "Grandma at the lake.png"


def add_reference(harness: Harness, number: int = 1) -> Reference:
    """Save a picture in the archive and the ledger, as a form does; another number gives another picture."""
    raw, small = picture(bytes([number, 20, 30]) * 3600, 60), picture(bytes([number]) * 300, 10)
    sha256 = hashlib.sha256(raw).hexdigest()
    key, preview = harness.archive.keep_reference(sha256, "png", [raw], small)
    found = Reference(sha256, Medium.IMAGE, OWN_NAME, key, len(raw), preview, 60, 60, added_at=harness.clock())
    return harness.ledger.references.add(found)


def upload(runtime: Runtime, reference: Reference) -> UploadProgress:
    """Begin an upload, do all that are waiting, and return its state."""
    runtime.uploader.begin(reference)
    while not runtime.uploader.step():
        pass
    return runtime.uploader.state(reference.sha256)

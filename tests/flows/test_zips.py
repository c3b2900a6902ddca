"""A ZIP of results: each file with its facts beside it, and what is missing or damaged does not end it."""

import hashlib
import io
import json
import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zipfile import ZipFile

import pytest

from studio import zips
from studio.core.provenance import from_json
from studio.core.values import Job, Output
from studio.media import embedding
from tests.conftest import IMAGE, VIDEO, Harness
from tests.conftest import on_sqlite as url  # noqa: F401
from tests.examples import WHEN
from tests.flows.flow import done

SECRET, LINK = "sk-planted-0123456789abcdef7777", "https://x.example/a.png?token=hidden"


@pytest.fixture
def jobs(harness: Harness) -> list[Job]:
    """Two jobs of two pictures each with one prompt in one minute, and a video."""
    harness.client = replace(harness.client, person="p_max")
    sent = [harness.submit({**IMAGE, "image_number": 2}), harness.submit({**IMAGE, "image_number": 2})]
    sent.append(harness.submit(VIDEO, "text_to_video"))
    for _ in sent:
        harness.send()
    return [done(harness, job) for job in sent]


def ids(*jobs: Job) -> list[int]:
    return [output.id for job in jobs for output in job.outputs]


def content(harness: Harness, wanted: list[int], *, with_settings: bool = False, account: str = "test") -> bytes:
    return b"".join(zips.zipped(harness.ledger, harness.archive, account, wanted, with_settings=with_settings))


def zipped(harness: Harness, wanted: list[int], **how: Any) -> ZipFile:
    """The ZIP of these results, in which no program finds a fault."""
    made = content(harness, wanted, **how)
    if unzip := shutil.which("unzip"):
        with NamedTemporaryFile(suffix=".zip") as file:
            file.write(made)
            file.flush()
            subprocess.run([unzip, "-tq", file.name], check=True, capture_output=True)
    found = ZipFile(io.BytesIO(made))
    assert found.testzip() is None and len(set(found.namelist())) == len(found.namelist())
    return found


def files(found: ZipFile) -> list[str]:
    return [name for name in found.namelist() if not name.endswith((".json", ".txt"))]


def beside(found: ZipFile, name: str) -> str:
    return found.read(str(Path(name).with_suffix(".json"))).decode()


def kept(harness: Harness, output: Output) -> Path:
    return harness.archive.path(output.key)


def left_out(found: ZipFile) -> list[str]:
    return found.read(zips.NOT_INCLUDED).decode().splitlines()


def test_each_file_is_there_as_it_was_kept_with_its_facts_beside_it(harness: Harness, jobs: list[Job]) -> None:
    found = zipped(harness, ids(*jobs))
    outputs = [output for job in jobs for output in job.outputs]
    assert len(found.namelist()) == 2 * len(outputs) == 10
    for name, output in zip(files(found), outputs, strict=True):
        raw, said = found.read(name), json.loads(beside(found, name))
        assert raw == kept(harness, output).read_bytes() and Path(name).suffix == Path(output.key).suffix
        assert (said["file"], said["bytes"], said["sha256"]) == (name, output.size, hashlib.sha256(raw).hexdigest())
        assert (said["width"], said["height"], said["format"]) == (output.width, output.height, output.format)
    assert [said["credits_of_job"], said["credits_of_task"]] == [jobs[-1].cost, jobs[-1].tasks[0].cost]
    assert said["sent"] < said["finished"] <= said["saved"]


def test_a_video_of_boxes_in_boxes_without_end_is_taken_as_it_is(harness: Harness, jobs: list[Job]) -> None:
    content = b""
    for _ in range(3000):
        content = struct.pack(">I4s", len(content) + 8, b"trak") + content
    content = struct.pack(">I4sI4s", 8, b"ftyp", len(content) + 8, b"moov") + content
    video = jobs[-1].outputs[0]
    kept(harness, video).write_bytes(content)
    harness.ledger.jobs.change_output(video.id, size=len(content))
    found = zipped(harness, ids(*jobs), with_settings=True)
    assert len(files(found)) == 5 and found.read(files(found)[-1]) == content


@pytest.mark.parametrize("with_settings", [False, True])
def test_a_job_of_an_unknown_mode_is_there_with_its_prompt(
    harness: Harness, jobs: list[Job], *, with_settings: bool
) -> None:
    harness.ledger.jobs.change(jobs[0].id, mode="text_to_hologram")
    found = zipped(harness, ids(*jobs), with_settings=with_settings)
    said = json.loads(beside(found, files(found)[0]))
    assert len(files(found)) == 5 and zips.NOT_INCLUDED not in found.namelist()
    assert (said["mode"], said["prompt"], said["settings"]) == ("text_to_hologram", IMAGE["prompt"], {})


def test_the_facts_begin_with_what_a_file_itself_can_carry(harness: Harness, jobs: list[Job]) -> None:
    found = zipped(harness, ids(jobs[0]), with_settings=True)
    for name in files(found):
        raw = found.read(name)
        said, carried = from_json(beside(found, name)), embedding.read(io.BytesIO(raw))
        assert said and said == carried and said.prompt == IMAGE["prompt"]
        assert json.loads(beside(found, name))["sha256"] == hashlib.sha256(raw).hexdigest()
        assert json.loads(beside(found, name))["seconds"] is None, "an image has no length"


def test_the_facts_have_no_key_no_person_and_no_address(harness: Harness, jobs: list[Job]) -> None:
    harness.ledger.jobs.change(jobs[0].id, prompt=f"{SECRET} on {LINK}")
    found = zipped(harness, ids(*jobs))
    for name in files(found):
        for private in (SECRET, "hidden", "p_max", harness.sandbox.url, '"test"'):
            assert private not in beside(found, name) and private not in name
    assert "[removed]" in beside(found, files(found)[0])


def test_what_is_missing_or_damaged_is_left_out_and_named(harness: Harness, jobs: list[Job]) -> None:
    first, second, video = jobs
    kept(harness, first.outputs[0]).unlink()
    cut, changed = kept(harness, first.outputs[1]), kept(harness, second.outputs[0])
    cut.write_bytes(cut.read_bytes()[:-1])
    changed.write_bytes(b"x" * changed.stat().st_size)
    found = zipped(harness, [*ids(*jobs), 99_999])
    assert [Path(name).suffix for name in files(found)] == [".png", ".mp4"] and len(found.namelist()) == 5
    assert [line.partition(": ")[2] for line in left_out(found)] == [
        f"{first.outputs[0].key} is not in the archive.",
        f"{first.outputs[1].key} is damaged.",
        f"{second.outputs[0].key} is damaged.",
        "It was removed, or is not saved.",
    ]
    assert zips.NOT_INCLUDED not in zipped(harness, ids(video)).namelist()


def test_nothing_is_had_of_another_account_or_once_it_is_deleted(harness: Harness, jobs: list[Job]) -> None:
    assert zipped(harness, ids(*jobs), account="another").namelist() == [zips.NOT_INCLUDED]
    harness.ledger.jobs.change_output(jobs[1].outputs[0].id, deleted_at=WHEN)
    assert len(files(zipped(harness, ids(jobs[1])))) == 1
    harness.ledger.jobs.change(jobs[0].id, removed_at=WHEN)
    found = zipped(harness, ids(jobs[0]))
    assert found.namelist() == [zips.NOT_INCLUDED] and len(left_out(found)) == 2


def test_it_is_made_while_it_is_read_and_ends_when_it_is_closed(harness: Harness, jobs: list[Job]) -> None:
    """What is removed meanwhile is not in it: nothing was read ahead. Once closed, no file is open."""
    large = kept(harness, jobs[0].outputs[0])
    with large.open("ab") as file:
        file.truncate(3 * 2**30)  # takes no room on the disk
    harness.ledger.jobs.change_output(jobs[0].outputs[0].id, size=3 * 2**30, sha256="")
    made = zips.zipped(harness.ledger, harness.archive, "test", ids(jobs[0]), with_settings=False)
    first = next(made)
    assert large.name in opened() and len(first) <= 2**20 + 200
    version, name, extra = (struct.unpack_from("<H", first, at)[0] for at in (4, 26, 28))
    assert (version, first[30 + name : 32 + name], extra) == (45, b"\x01\0", 20), "ZIP64, as it is larger than 2 GB"
    made.close()
    assert large.name not in opened()


def opened() -> set[str]:
    """The names of the files that this process has open (Linux)."""
    return {Path(link).resolve().name for link in Path("/proc/self/fd").iterdir()}


def test_a_page_of_jobs_after_another_is_read(
    harness: Harness, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "PAGE", 2)
    assert len(files(zipped(harness, [*ids(*jobs), *ids(*jobs)]))) == 5, "each once"

"""A hostile file costs a process of its own its life, and the studio a sentence."""

import errno
import io
import json
import os
import signal
import struct
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from studio.core.errors import ArchiveClosed, ArchiveError, DraftError, Undecodable
from studio.core.outages import Outages
from studio.core.reference import Medium
from studio.core.values import Kind
from studio.media import isolated, screening, worker, worker_launch
from studio.media.facts import Screened
from studio.media.isolated import Process
from studio.media.worker_launch import NotNowError
from tests.fault_matrix import picture

PICTURE = picture(b"\xff\0\0" * 64, 8)


def with_samples(number: int) -> bytes:
    """A small MP4 that says it has so many frames, for each of which FFmpeg makes room before it reads one."""
    file = io.BytesIO()
    with av.open(file, "w", "mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        container.mux([*stream.encode(frame), *stream.encode()])
    content = bytearray(file.getvalue())
    for name, at, count in ((b"stts", 12, number), (b"stsc", 16, number), (b"stsz", 8, 1), (b"stsz", 12, number)):
        place = content.find(name) + at
        content[place : place + 4] = struct.pack(">I", count)
    return bytes(content)


def with_scans(number: int) -> bytes:
    """A small JPG that is to be decoded so many times over."""
    file = io.BytesIO()
    Image.new("L", (3000, 3000), 128).save(file, "JPEG", progressive=True, quality=10)
    whole = file.getvalue()
    last = whole[whole.rfind(b"\xff\xda") : -2]
    return whole[:-2] + last * number + whole[-2:]


def pid(process: Process) -> int:
    """Of the worker that was asked last."""
    assert process._worker
    return process._worker.pid


def look(folder: Path, content: bytes, medium: Medium) -> Screened:
    file = folder / "file"
    file.write_bytes(content)
    return isolated.screen(file, "a file.bin", [medium], folder)


def test_what_is_found_over_there_is_told_here(tmp_path: Path) -> None:
    found = look(tmp_path, PICTURE, Medium.IMAGE)
    assert (found.medium, found.ending, found.width, found.height) == (Medium.IMAGE, "png", 8, 8)
    assert found.file == tmp_path / "file" and found.preview.startswith(b"RIFF")
    with pytest.raises(DraftError, match=r"a file\.bin is a PNG. Only audio files can be added here"):
        look(tmp_path, PICTURE, Medium.AUDIO)


def test_a_clip_that_wants_endless_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DraftError, match=r"a file\.bin (takes too much memory|is broken)"):
        look(tmp_path, with_samples(200_000_000), Medium.VIDEO)


@pytest.mark.slow
def test_a_picture_that_wants_endless_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "SECONDS", 2)
    with pytest.raises(DraftError, match=r"a file\.bin takes too much memory or time"):
        look(tmp_path, with_scans(20_000), Medium.IMAGE)


def test_the_other_process_knows_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WERYAI_API_KEY", "sk-secret")
    monkeypatch.setenv("STUDIO_TEST", "seen")
    process = Process()
    (tmp_path / "file").write_bytes(PICTURE)
    process.ask("depict", file=tmp_path / "file")
    environment = Path(f"/proc/{pid(process)}/environ")
    if not environment.exists():
        pytest.skip("this system does not show it")
    assert b"STUDIO_TEST=seen" in environment.read_bytes()
    assert b"sk-secret" not in environment.read_bytes()


def started(tmp_path: Path) -> tuple[Process, Path]:
    """A process that has answered once, and a file to ask it about."""
    (file := tmp_path / "file").write_bytes(PICTURE)
    process = Process()
    process.ask("depict", file=file)
    return process, file


def test_a_process_that_had_nothing_to_do_is_replaced_while_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, file = started(tmp_path)
    before, left = pid(process), [process._worker]

    def unaware(_: Process) -> subprocess.Popen[str]:
        monkeypatch.undo()
        (worker,) = left
        assert worker and worker.stdin
        worker.stdin.close()
        worker.wait()
        worker.stdin = Path(os.devnull).open("w")  # noqa: SIM115 - as if it had ended a moment later
        return worker

    monkeypatch.setattr(Process, "_started", unaware)
    assert process.ask("depict", file=file)["width"] == 8
    assert pid(process) != before


def test_a_process_that_is_killed_from_outside_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, file = started(tmp_path)
    ask, asked = isolated._asked, list[str]()

    def killed(worker: subprocess.Popen[str], line: str) -> str:
        asked.append(line)
        worker.send_signal(signal.SIGSTOP)  # it has the question, and will not answer
        threading.Timer(0, worker.kill).start()
        return ask(worker, line)

    with monkeypatch.context() as patched, pytest.raises(NotNowError):
        patched.setattr(isolated, "_asked", killed)
        process.ask("depict", file=file)
    assert len(asked) == 1, "nobody knows what another one would come to"
    assert process.ask("depict", file=file)["width"] == 8


def test_a_video_whose_end_takes_the_process_to_its_limits_is_told_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "_decoding", Process())
    (file := tmp_path / "file").write_bytes(with_samples(200_000_000))
    with pytest.raises(Undecodable, match=r"^Its end (takes too much memory or time to|can't be) read"):
        isolated.last_frame(file, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_for_the_studio_alone(tmp_path: Path, number: signal.Signals) -> None:
    process, file = started(tmp_path)
    before = pid(process)
    os.kill(before, number)
    assert process.ask("depict", file=file)["width"] == 8 and pid(process) == before


def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are looked at, for longer than anybody waits."""
    for name in ("_looking", "_decoding"):
        process = Process()
        process._turn.acquire()
        monkeypatch.setattr(isolated, name, process)
    monkeypatch.setattr(isolated, "SECONDS", 0.01)


def test_a_file_that_has_to_wait_too_long_is_looked_at_another_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(monkeypatch)
    (file := tmp_path / "file").write_bytes(PICTURE[: len(PICTURE) // 2])
    asks: list[Callable[[], object]] = [lambda: isolated.inspect(file, Kind.IMAGE), lambda: isolated.depict(file)]
    for ask in asks:
        with pytest.raises(ArchiveError, match="at the moment") as told:
            ask()
        assert not isinstance(told.value, Undecodable), "it is tried again"
    with pytest.raises(ArchiveError, match="at the moment") as told:
        isolated.last_frame(file, tmp_path)
    assert not isinstance(told.value, Undecodable) and told.value.hint == "Try again.", "by whoever pressed"
    with pytest.raises(DraftError, match=r"^a\.png waited too long for other files\. Add it again\.$"):
        isolated.screen(file, "a.png", [Medium.IMAGE], tmp_path)


def asks(folder: Path) -> list[Callable[[], object]]:
    """Each that asks one of the two processes."""
    file = _picture(folder)
    return [
        lambda: isolated.screen(file, "a.png", [Medium.IMAGE], folder),
        lambda: isolated.inspect(file, Kind.IMAGE),
        lambda: isolated.depict(file),
    ]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("raise ImportError('libavcodec.so: no such file')", "ImportError: libavcodec.so: no such file"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "It was ended by SIGILL."),
        ("import os; os._exit(3)", "It ended with code 3."),
        ("import time; time.sleep(600)", "It took too long to start."),
    ],
)
def test_a_process_that_does_not_start_is_no_fault_of_the_file_and_the_log_says_why_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: str, why: str
) -> None:
    (tmp_path / "av").mkdir()
    (tmp_path / "av" / "__init__.py").write_text(broken)
    for name in ("_looking", "_decoding"):
        monkeypatch.setattr(isolated, name, Process())
    monkeypatch.setattr(worker_launch, "OUTAGES", Outages())
    if "sleep" in broken:
        monkeypatch.setattr(isolated, "SECONDS", 0.1)
    screened, *others = asks(tmp_path)
    with monkeypatch.context() as patched:
        patched.setenv("PYTHONPATH", str(tmp_path))
        with pytest.raises(DraftError, match=r"^Files can't be checked on this server at the moment\. a\.png was not"):
            screened()
        for ask in others:  # nothing is fetched in vain, and no try counts
            with pytest.raises(ArchiveClosed, match=r"^Files can't be checked on this server at the moment\.$"):
                ask()
        with pytest.raises(ArchiveClosed, match="on this server") as told:
            isolated.last_frame(tmp_path / "picture", tmp_path)
        assert told.value.hint == "Try again.", "the studio does not"
    assert [record.getMessage().rpartition("start: ")[2] for record in caplog.records] == [why]
    monkeypatch.setattr(isolated, "SECONDS", 60)
    for ask in (screened, *others):
        assert ask()
    monkeypatch.setattr("sys.executable", "/not/there")
    for name in ("_looking", "_decoding"):
        monkeypatch.setattr(isolated, name, Process())
    for ask in (screened, *others):
        with pytest.raises((DraftError, ArchiveClosed), match="on this server"):
            ask()
    assert len(caplog.records) == 2 and "No such file or directory: '/not/there'" in caplog.messages[1]


def test_what_decoders_say_of_a_file_fills_no_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote to one that nobody reads would wait for ever."""
    (tmp_path / "puremagic.py").write_text(
        "import os, sys\n"
        "sys.stderr.write('a warning at the start')\n"
        "class PureError(Exception): pass\n"
        "def magic_file(*_, **__):\n    os.write(2, b'x' * 1_000_000)\n    raise PureError\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (file := tmp_path / "file").write_bytes(b"\x00\xff" * 100)
    assert Process().ask("name", file=file)["ending"] == ""


def test_a_result_that_costs_the_process_its_life_is_kept_by_its_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolated.inspect(_picture(tmp_path), Kind.IMAGE)
    isolated.depict(_picture(tmp_path))
    (file := tmp_path / "file").write_bytes(with_scans(20_000))
    ask = Process._answer

    def impatient(process: Process, line: str, *, again: bool = False) -> str:
        """The time is up at once, but for the question of the name."""
        with monkeypatch.context() as patched:
            patched.setattr(isolated, "SECONDS", 60 if '"name"' in line else 1)
            return ask(process, line, again=again)

    monkeypatch.setattr(Process, "_answer", impatient)
    found = isolated.inspect(file, Kind.IMAGE)
    assert (found.ending, found.format, found.width) == ("jpg", "JPG", 0)
    with pytest.raises(Undecodable, match="too much memory or time"):
        isolated.depict(file)


def test_a_full_disk_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "screen", _no_room)
    answer = worker._answer(json.dumps({"ask": "screen", "file": "", "name": "", "allowed": [], "folder": ""}))
    with pytest.raises(OSError, match="No space left"):
        isolated._read(json.dumps(answer))


def _no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _picture(folder: Path) -> Path:
    (file := folder / "picture").write_bytes(PICTURE)
    return file

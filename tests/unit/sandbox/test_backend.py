"""The sandbox's own rules, without HTTP: progress by policy, credits, refusals, memory; and the media it draws."""

import io
from pathlib import Path

import av
import pytest
from PIL import Image

from sandbox import media
from sandbox.backend import Backend
from sandbox.facts import Refusal
from sandbox.server import Sandbox
from sandbox.store import Store
from sandbox.tasks import Policy

PATH = "/v1/generation/text-to-image"
VIDEO = "/v1/generation/text-to-video"
BODY = {"model": "WERYAI_IMAGE_2_0", "prompt": "hills", "aspect_ratio": "16:9"}
CLIP = {"model": "SEEDANCE_2_0", "prompt": "hills", "aspect_ratio": "16:9", "duration": 5}


@pytest.fixture
def backend() -> Backend:
    return Backend(Store(None), Policy("reads", image=4, video=4), seed=1)


def look(backend: Backend, name: str) -> str:
    return backend.observe((backend.tasks[name],))[0].status


def test_a_task_goes_from_waiting_through_processing_to_done_after_n_reads(backend: Backend) -> None:
    (task,) = backend.submit("me", PATH, BODY)
    assert [look(backend, task.id) for _ in range(4)] == ["waiting", "processing", "processing", "succeed"]


def test_a_task_with_a_webhook_moves_on_by_itself_and_says_once_that_it_has_ended(backend: Backend) -> None:
    ended: list[str] = []
    backend.on_end, backend.policy = lambda task: ended.append(f"{task.status} {task.id}"), Policy("once")
    (told_of,) = backend.submit("me", PATH, {**BODY, "webhook_url": "http://127.0.0.1:1/x"})
    (other,) = backend.submit("me", PATH, BODY)
    for _ in range(3):
        backend.advance()
    assert (ended, backend.tasks[told_of.id].reads) == ([f"succeed {told_of.id}"], 0)
    assert backend.tasks[other.id].is_open, "nobody wants to be told of it"


def test_reading_alone_changes_nothing(backend: Backend) -> None:
    (task,) = backend.submit("me", PATH, BODY)
    for _ in range(9):
        assert backend.task("me", task.id).status == "waiting"


def test_after_seconds_time_moves_it_and_later_tasks_of_a_batch_take_longer() -> None:
    moment = [0.0]
    backend = Backend(Store(None), Policy("seconds", image=4), clock=lambda: moment[0])
    first, second = backend.submit("me", PATH, {**BODY, "image_number": 2})
    moment[0] = 4.0
    assert look(backend, first.id) == "succeed"
    assert look(backend, second.id) == "processing"
    moment[0] = 5.0
    assert look(backend, second.id) == "succeed"


def test_at_once_means_at_the_first_look(backend: Backend) -> None:
    backend.policy = Policy("once")
    (task,) = backend.submit("me", PATH, BODY)
    assert look(backend, task.id) == "succeed"


def test_credits_are_taken_and_given_back_for_a_failed_task(backend: Backend) -> None:
    backend.policy = Policy("once")
    tasks = backend.submit("me", PATH, {**BODY, "prompt": "x [fail]", "image_number": 3})
    assert backend.balance("me") == 1000 - 21
    assert [look(backend, task.id) for task in tasks] == ["succeed", "succeed", "failed"]
    assert backend.balance("me") == 1000 - 14
    look(backend, tasks[2].id)
    assert backend.balance("me") == 1000 - 14, "given back once"


def test_a_stuck_task_stays_where_it_is(backend: Backend) -> None:
    backend.policy = Policy("once")
    (task,) = backend.submit("me", PATH, {**BODY, "prompt": "x [stuck]"})
    assert [look(backend, task.id) for _ in range(5)] == ["processing"] * 5


@pytest.mark.parametrize(
    ("path", "change", "code", "words"),
    [
        (PATH, {"colour": "red"}, 1002, "unknown field colour"),
        (PATH, {"prompt": 7}, 1002, "prompt must be str"),
        (PATH, {"image_number": True}, 1002, "image_number must be int"),
        (PATH, {"image_number": 5}, 1002, "image number 5 is not supported"),
        (PATH, {"prompt": ""}, 1002, "prompt cannot be empty"),
        (PATH, {"prompt": "x" * 2001}, 1002, "prompt length"),
        (PATH, {"model": "NONE"}, 1002, "model is not exist"),
        (PATH, {"aspect_ratio": "7:1"}, 1002, "aspect ratio 7:1 is not supported"),
        (PATH, {"prompt": "x [moderated]"}, 2003, "content check"),
        (VIDEO, {"duration": 16}, 1002, "duration 16 is not supported"),
        (VIDEO, {"resolution": "4k"}, 1002, "resolution 4k is not supported"),
        (VIDEO, {"negative_prompt": "rain"}, 1002, "negative prompt is not supported"),
    ],
)
def test_what_it_does_not_know_is_refused_and_costs_nothing(
    backend: Backend, path: str, change: dict[str, object], code: int, words: str
) -> None:
    body = {**(BODY if path == PATH else CLIP), **change}
    with pytest.raises(Refusal, match=words) as raised:
        backend.submit("me", path, body)
    assert raised.value.code == code
    assert backend.balance("me") == 1000 and not backend.tasks


def test_there_is_room_for_twenty_tasks(backend: Backend) -> None:
    backend.set_balance("me", 10_000)
    for _ in range(5):
        backend.submit("me", PATH, {**BODY, "image_number": 4})
    with pytest.raises(Refusal, match="concurrent") as raised:
        backend.submit("me", PATH, BODY)
    assert raised.value.code == 6010
    assert backend.submit("other", PATH, BODY)


def test_credits_run_out(backend: Backend) -> None:
    backend.set_balance("me", 6)
    with pytest.raises(Refusal) as raised:
        backend.submit("me", PATH, BODY)
    assert raised.value.code == 1011


def test_a_task_is_its_owners_alone(backend: Backend) -> None:
    (task,) = backend.submit("me", PATH, BODY)
    with pytest.raises(Refusal, match="not exist"):
        backend.task("other", task.id)


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "sandbox.db")
    (task,) = Backend(store).submit("me", PATH, BODY)
    store.close()
    again = Backend(Store(tmp_path / "sandbox.db"))
    assert again.task("me", task.id) == task
    assert again.balance("me") == 993


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        ("16:9", (1024, 576)),
        ("9:16", (576, 1024)),
        ("1:1", (1024, 1024)),
        ("16:9(2k)", (1024, 576)),
        ("2k", (1024, 1024)),
    ],
)
def test_a_picture_has_its_ratio(ratio: str, expected: tuple[int, int]) -> None:
    image = Image.open(io.BytesIO(media.picture("Two hills", ratio, 3)))
    image.load()
    assert (image.format, image.size) == ("PNG", expected)


def test_the_prompt_is_on_the_picture() -> None:
    assert media.picture("One", "1:1", 3) != media.picture("Two", "1:1", 3)
    assert media.picture("One", "1:1", 3) == media.picture("One", "1:1", 3)


def test_a_clip_has_its_length_ratio_sound_and_something_that_moves() -> None:
    raw = media.clip("Two hills", "16:9", 3, seconds=2, resolution="360p", sound=True)
    with av.open(io.BytesIO(raw), "r") as container:
        video, (audio,) = container.streams.video[0], container.streams.audio
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video)]
    assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
    assert (video.width, video.height, len(frames)) == (640, 360, 48)
    assert abs(frames[0].astype(int) - frames[40]).max() > 60


def test_a_sandbox_without_a_folder_leaves_none_behind() -> None:
    sandbox = Sandbox().start()
    home = sandbox.media.parent
    assert home.is_dir()
    sandbox.stop()
    assert not home.exists()

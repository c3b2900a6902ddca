"""`make check-live` against the sandbox: nothing to say of the usual one, and each deviation is named."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from live_check import facts, report
from live_check.findings import Finding, Verdict
from live_check.recorder import Pace
from sandbox.dialect import Dialect
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from sandbox.variants import CHOICES
from scripts import check_live
from studio.core.errors import ArchiveError
from studio.core.values import Clock, now
from tests.conftest import KEY, order

SEED = 7
IMAGE, VIDEO = "/v1/generation/text-to-image", "/v1/generation/text-to-video"
MAIL = "owner@example.com"


@dataclass
class ManualPace:
    """Seconds pass only where somebody waits for them."""

    passed: float = 0.0
    clock: Clock = now

    def sleep(self, seconds: float) -> None:
        self.passed += seconds

    @property
    def pace(self) -> Pace:
        return Pace(self.sleep, lambda: self.passed, self.clock)


@dataclass
class Run:
    """What one run printed and left behind."""

    code: int
    said: str
    errors: str
    folder: Path
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = self.said.splitlines()

    @property
    def written(self) -> str:
        return "\n".join(file.read_text("utf-8") for file in sorted(self.folder.glob("*")))

    @property
    def news(self) -> list[str]:
        return [line for line in self.lines if line.startswith(("differs", "not known before"))]


Check = Callable[..., Run]


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    started = Sandbox().start()
    yield started
    started.stop()


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    """As new. Its tasks have the same ids in each test, so that the clip is drawn once."""
    order(server, "reset")
    server.backend._random.seed(SEED)
    server.backend.policy = Policy("reads", image=4, video=4)
    return server


@pytest.fixture
def check(sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Run the command; whatever comes, the key and a signature are nowhere."""

    def run(spend: str = "", **given: Any) -> Run:
        environment = {
            "WERYAI_API_KEY": given.get("key", KEY),
            "WERYAI_BASE_URL": given.get("url", sandbox.url),
            "WERYAI_MODELS_BASE_URL": given.get("url", sandbox.url),
            "DATA_FOLDER": str(tmp_path),
            "SPEND": spend,
        }
        code = check_live.main(environment, given.get("hand", ManualPace()).pace)
        said = capsys.readouterr()
        found = Run(code, said.out, said.err, tmp_path / "live")
        everything = found.said + found.errors + found.written
        assert KEY not in everything and "4fa1c09b" not in everything and MAIL not in everything
        return found

    return run


def test_nothing_is_to_be_said_of_the_usual_sandbox(check: Check, sandbox: Sandbox) -> None:
    found = check("yes")
    assert (found.code, found.news) == (0, [])
    assert len([line for line in found.lines if line.startswith("same: ")]) > 40
    assert "same: status words of the video: waiting → processing → succeed" in found.lines
    assert "seen: numbers of models of text_to_image: 1 2 3 4 (28 of 28)" in found.lines
    assert "seen: resolutions of models of text_to_image: none (28 of 28)" in found.lines
    assert "seen: max images of models of image_to_image: 3 (19 of 19)" in found.lines
    assert "seen: credits of the image: 7 at the submission, 0 by its end" in found.lines
    assert {path: number for path, number in sandbox.backend.posts.items() if number != 1} == {IMAGE: 2, VIDEO: 2}
    assert len(sandbox.backend.tasks) == 2


def test_without_spend_it_only_asks(check: Check, sandbox: Sandbox) -> None:
    found = check()
    assert (found.code, found.news) == (0, [])
    assert not sandbox.backend.posts and not sandbox.backend.tasks
    assert "not seen: reply to an image submission: SPEND=yes was not set" in found.lines
    told = json.loads(next(found.folder.glob("*.json")).read_text("utf-8"))
    assert len(told["calls"]) == 6 and {call["method"] for call in told["calls"]} == {"GET"}
    assert f"Report: {next(found.folder.glob('*.md'))}" in found.said


def differs(about: str, documented: str, seen: str) -> str:
    return f"differs: {about}: documented {documented}, seen {seen}"


def envelope(seen: str) -> str:
    return differs("status of a success", "0", seen)


def of_image(seen: str) -> str:
    return differs("results of an image", "images, a list of addresses", seen)


def of_video(seen: str) -> str:
    return differs("results of a video", "videos, a list of addresses", seen)


def word(seen: str) -> str:
    return differs("status words of the image", "waiting, processing, succeed, failed", seen)


FREE = {  # seen without spending
    ("envelope", "podcast"): envelope("200"),
    ("envelope", "msg"): differs("texts of a success", "desc, message", "msg"),
    ("envelope", "text-0"): envelope('"0"'),
    ("envelope", "text-200"): envelope('"200"'),
    ("envelope", "word"): envelope('"success"'),
    ("envelope", "ok"): envelope('"ok"'),
    ("envelope", "null"): envelope("null"),
    ("envelope", "absent"): envelope("absent"),
    ("envelope", "flag"): differs("success flag of a success", "absent", "true"),
    ("errors", "message"): differs("texts of an error", "desc, message", "message"),
    ("errors", "desc"): differs("texts of an error", "desc, message", "desc"),
    ("errors", "msg"): differs("texts of an error", "desc, message", "msg"),
    ("balance", "object"): differs("balance", "a number", "an object with balance"),
    ("registry", "list"): differs("image registry", "text_to_image, image_to_image", "a list"),
    ("registry", "no-multi"): differs(
        "video registry", "text_to_video, image_to_video, multi_image_to_video", "no multi_image_to_video"
    ),
    ("keys", "modelKey"): differs("name of a model's key (image)", "model_key", "modelKey"),
    ("keys", "id"): differs("name of a model's key (video)", "model_key", "id"),
    ("titles", "label"): differs("name of a model's title (image)", "title", "label"),
    ("titles", "name"): differs("name of a model's title (video)", "title", "name"),
    ("rejected", "desc"): differs("desc beside the words for a wrong key", "the same words", "Authentication failed"),
    ("missing", "1002"): differs("answer for an unknown task", "HTTP 200, code 1003", "HTTP 200, code 1002"),
    ("missing", "1010"): differs("answer for an unknown batch", "HTTP 200, code 1003", "HTTP 200, code 1010"),
    ("missing", "404"): differs("answer for an unknown task", "HTTP 200, code 1003", "HTTP 404, code 1003"),
    ("request_id", "x-request-id"): "not known before: header with a request ID: x-request-id",
    ("request_id", "x-trace-id"): "not known before: header with a request ID: x-trace-id",
    ("request_id", "x-log-id"): "not known before: header with a request ID: x-log-id",
}
PAID = {
    ("codes", "guide"): differs("answer to an empty body", "HTTP 200, code 1002", "HTTP 200, code 1001"),
    ("submit", "batch"): differs("reply to a video submission", "task_id, task_status", "batch_id, task_ids"),
    ("submit", "single"): differs("reply to an image submission", "batch_id, task_ids", "task_id, task_status"),
    ("submit", "both"): differs(
        "reply to an image submission", "batch_id, task_ids", "batch_id, task_id, task_ids, task_status"
    ),
    ("submit", "array"): differs(
        "reply to an image submission", "batch_id, task_ids", "a list with task_id, task_status"
    ),
    ("words", "upper"): word("SUCCEED"),
    ("words", "guide"): word("PENDING"),
    ("words", "runtime"): word("running"),
    ("words", "unheard-of"): "not known before: status words of the image: rendering "
    "(documented: waiting, processing, succeed, failed)",
    ("results", "objects"): of_image("images, a list with url"),
    ("results", "named"): of_video("videos, a list with cover_image_url, video_url"),
    ("results", "string"): of_image("images, an address"),
    ("results", "url"): of_video("video_url, an address"),
    ("results", "bare"): of_video("video, an address"),
    ("results", "urls"): of_video("video_urls, a list of addresses"),
    ("results", "output_url"): of_image("output_url, an address"),
    ("results", "result_url"): of_video("result_url, an address"),
    ("words", "scripts"): word("completed"),
    ("cost", "missing"): differs("cost_credits", "given", "not given"),
    ("place", "output"): differs("place of results", "data", "data.output"),
    ("place", "task_result"): differs("place of results", "data", "data.task_result"),
    ("names", "camel"): differs(
        "spelling of field names", "snake_case", "camelCase at text-to-image, task, batch, text-to-video"
    ),
    ("task", "array"): differs("data of a task", "an object", "a list with one object"),
    ("batch", "lone"): differs("data of a batch", "a list", "an object"),
    ("audio", "text"): differs("generate_audio", "a boolean", "a text"),
}
OF_A_FAILURE = {("words", "users"): word("error"), ("words", "canceled"): word("canceled")}
UNSEEN = {  # a boolean is taken by these, too; no address for callbacks is sent; and a reason may be anything
    *(("reason", words) for words in ("moderation", "audit", "copyright")),
    ("calls", "lower"),
    ("audio", "boolean"),
    ("audio", "documented"),
    ("webhook", "unknown"),
}


@pytest.mark.parametrize("chosen", FREE, ids="-".join)
def test_a_choice_that_shows_for_nothing_is_named(check: Check, sandbox: Sandbox, chosen: tuple[str, str]) -> None:
    order(sandbox, "dialect", **dict([chosen]))
    assert FREE[chosen] in check().lines


@pytest.mark.parametrize("chosen", PAID, ids="-".join)
def test_a_choice_that_shows_at_a_submission_is_named(check: Check, sandbox: Sandbox, chosen: tuple[str, str]) -> None:
    order(sandbox, "dialect", **dict([chosen]))
    assert PAID[chosen] in check("yes").lines


@pytest.mark.parametrize("chosen", OF_A_FAILURE, ids="-".join)
def test_a_word_for_failed_is_named_when_a_task_fails(check: Check, sandbox: Sandbox, chosen: tuple[str, str]) -> None:
    order(sandbox, "dialect", **dict([chosen]))
    order(sandbox, "outcomes", outcomes=["failed"])
    assert OF_A_FAILURE[chosen] in check("yes").lines


def test_each_choice_of_the_dialect_is_tried_here_or_cannot_be_seen() -> None:
    others = {(name, one) for name, all_of in CHOICES.items() for one in all_of if one != getattr(Dialect(), name)}
    assert others == {*FREE, *PAID, *OF_A_FAILURE, *UNSEEN}


@pytest.mark.parametrize(
    ("name", "words", "line"),
    [
        ("charging", {"when": "at-end"}, differs("credits are taken", "at the submission", "at the end")),
        (
            "links",
            {"how": "expired"},
            "not known before: a result link without the key: HTTP 403 (documented: HTTP 200)",
        ),
        (
            "links",
            {"how": "with-key"},
            "not known before: a result link without the key: HTTP 401 (documented: HTTP 200)",
        ),
        ("links", {"how": "signed"}, "not known before: result link: with Expires, Signature (documented: unsigned)"),
        ("links", {"how": "no-ranges"}, differs("parts of a result", "given", "not given")),
        ("outcomes", {"outcomes": ["failed"]}, "same: credits of a failed task: given back"),
        (
            "outcomes",
            {"outcomes": ["empty"]},
            "not known before: end of the image: WeryAI marked the task as done but returned no file.",
        ),
        ("outcomes", {"outcomes": ["stuck"]}, "not seen: end of the image: task "),
        ("fault", {"kind": "no-ids"}, "not seen: empty body at text-to-image: unconfirmed: WeryAI accepted"),
    ],
)
def test_an_order_that_shows_at_a_submission_is_named(
    check: Check, sandbox: Sandbox, name: str, words: dict[str, Any], line: str
) -> None:
    order(sandbox, name, **words)
    found = check("yes")
    assert found.code == 0 and line in found.said


@pytest.mark.parametrize("when", ["at-submit", "at-end"])
def test_a_failed_task_that_keeps_its_credits_is_named(check: Check, sandbox: Sandbox, when: str) -> None:
    order(sandbox, "charging", when=when, refund=False)
    order(sandbox, "outcomes", outcomes=["failed"])
    assert "differs: credits of a failed task: documented given back, seen not given back" in check("yes").lines


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ({"extra": [{"model_key": "NEW_1"}]}, "not known before: model of text_to_image: NEW_1"),
        ({"without": ["SEEDREAM_4"]}, "differs: models of text_to_image: documented SEEDREAM_4, seen no such model"),
        (
            {"changed": {"GPT_IMAGE_1_5": {"image_sizes": ["1:1"]}}},
            "differs: aspect ratios of GPT_IMAGE_1_5 (text_to_image): documented 3:2 1:1 2:3, seen 1:1",
        ),
        (
            {"changed": {"SEEDREAM_4": {"resolutions": ["2k"]}}},
            "not known before: resolutions of SEEDREAM_4 (text_to_image): 2k",
        ),
        (
            {"mode": "text_to_video", "changed": {"SEEDANCE_2_0": {"durations": [4, 5], "has_generate_audio": False}}},
            "differs: durations of SEEDANCE_2_0 (text_to_video): documented 5 6 7 8 9 10 11 12 13 14 15, seen 4 5",
        ),
        (
            {"mode": "text_to_video", "changed": {"SEEDANCE_2_0": {"has_generate_audio": False}}},
            "differs: audio of SEEDANCE_2_0 (text_to_video): documented yes, seen no",
        ),
        ({"changed": {"SEEDREAM_4": {"price": 3}}}, "not known before: field of a model (image): price"),
        ({"named": "text2image"}, "not known before: group of the image registry: text2image"),
        (
            {"named": "text2image"},
            "differs: image registry: documented text_to_image, image_to_image, seen no text_to_image",
        ),
    ],
)
def test_another_list_of_models_is_named(check: Check, sandbox: Sandbox, words: dict[str, Any], line: str) -> None:
    order(sandbox, "registry", **words)
    assert line in check().lines


@pytest.mark.parametrize("http", [403, 200])
def test_another_answer_to_a_wrong_key_is_named(check: Check, sandbox: Sandbox, http: int) -> None:
    order(sandbox, "reject-keys", keys=[facts.WRONG_KEY], http=http)
    seen = f"HTTP {http}, code 1002"
    assert differs("answer to a wrong key", "HTTP 401, code 1002", seen) in check().lines


def test_words_and_codes_of_nobody_are_named_with_what_the_studio_makes_of_them(check: Check, sandbox: Sandbox) -> None:
    order(sandbox, "fault", kind="refuse", on="task", code=7777, message=f"who is {MAIL}")
    lines = check().lines
    assert (
        "not known before: answer for an unknown task: HTTP 200, code 7777 (documented: HTTP 200, code 1003)" in lines
    )
    assert "not known before: words for an unknown task: who is [removed] (documented: task not exist)" in lines
    assert "not known before: the studio reads what is unknown as: ServerError (documented: NotFoundError)" in lines


@pytest.mark.parametrize(
    ("kind", "line"),
    [("html", "not seen: image registry: WeryAI's answer was not JSON."), ("gateway", "not seen: image registry: ")],
)
def test_a_registry_that_is_not_there_is_said(check: Check, sandbox: Sandbox, kind: str, line: str) -> None:
    order(sandbox, "fault", kind=kind, on="models", times=2)
    found = check()
    assert found.code == 0 and line in found.said


def test_a_clock_that_goes_wrong_is_named(check: Check) -> None:
    hand = ManualPace(clock=lambda: now() - timedelta(hours=1))
    (line,) = check(hand=hand).news
    assert line.startswith("not known before: clock of the service: +3,") and "s beside ours" in line


def test_an_answer_that_is_cut_is_unconfirmed_and_nothing_is_sent_again(check: Check, sandbox: Sandbox) -> None:
    order(sandbox, "fault", kind="slow", seconds=0, times=7)  # the empty bodies
    order(sandbox, "fault", kind="cut-inside")
    found = check("yes")
    (line,) = [line for line in found.lines if line.startswith("not seen: reply to an image submission")]
    assert "unconfirmed: The connection broke off" in line and "fell by 7" in line
    assert sandbox.backend.posts[IMAGE] == 2 and len(sandbox.backend.tasks) == 2
    assert "same: reply to a video submission: task_id, task_status" in found.lines


def test_after_an_empty_body_that_may_have_been_taken_no_other_is_sent(check: Check, sandbox: Sandbox) -> None:
    order(sandbox, "fault", kind="cut-before")
    found = check("yes")
    assert "empty body at text-to-image: unconfirmed: The connection broke off" in found.said
    assert dict(sandbox.backend.posts) == {IMAGE: 2, VIDEO: 1}


def test_a_submission_that_is_refused_says_so(check: Check, sandbox: Sandbox) -> None:
    order(sandbox, "balance", key=KEY, credits=8)
    lines = check("yes").lines
    assert "not seen: reply to a video submission: refused: insufficient credits (HTTP 200, code 1011)" in lines


def test_a_task_that_never_ends_is_left_after_a_quarter_of_an_hour(check: Check, sandbox: Sandbox) -> None:
    order(sandbox, "outcomes", outcomes=["stuck"])
    hand = ManualPace()
    found = check("yes", hand=hand)
    assert "not seen: end of the image: task " in found.said
    assert 900 < hand.passed < 1500
    assert sum(task.reads for task in sandbox.backend.tasks.values()) < 100


def test_a_later_run_says_how_long_links_live(check: Check, sandbox: Sandbox) -> None:
    check("yes")
    later = check(hand=ManualPace(clock=lambda: now() + timedelta(hours=30)))
    assert (
        len([line for line in later.lines if line.startswith("seen: link of ") and "alive after 30.0 h" in line]) == 2
    )
    order(sandbox, "links", how="expired")
    much_later = check(hand=ManualPace(clock=lambda: now() + timedelta(days=3)))
    assert len([line for line in much_later.lines if "dead, HTTP 403, after 3.0 days" in line]) == 2
    assert "not seen: life of a result link" not in much_later.said


def test_a_broken_report_of_before_is_passed_over(check: Check, tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    for number, text in enumerate(("", "[]", "{", '{"links": 3}', '{"base_url": 1, "links": [{}]}')):
        (tmp_path / "live" / f"live-report-{number}.json").write_text(text)
    assert check().code == 0


def test_without_a_key_a_sentence_says_what_to_set(check: Check, sandbox: Sandbox) -> None:
    found = check(key="")
    assert (found.code, found.said) == (2, "") and not found.written
    assert found.errors == "Set WERYAI_API_KEY to the key that is to be used, then run this again.\n"


def test_a_key_that_is_not_taken_ends_it(check: Check, sandbox: Sandbox) -> None:
    order(sandbox, "reject-keys", keys=[KEY])
    found = check("yes")
    assert (found.code, found.errors) == (2, f"{sandbox.url} does not take this key: Invalid API Key.\n")
    assert not sandbox.backend.posts and not found.said


def test_a_service_that_is_not_there_ends_it(check: Check) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    found = check("yes", url=url)
    assert (found.code, found.errors) == (2, f"{url} gave no answer: WeryAI could not be reached.\n")


def test_a_folder_that_cannot_be_written_ends_it_before_anything_is_spent(
    check: Check, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "live").write_text("a file")
    environment = {"WERYAI_API_KEY": KEY, "WERYAI_BASE_URL": sandbox.url, "DATA_FOLDER": str(tmp_path), "SPEND": "yes"}
    assert check_live.main(environment, ManualPace().pace) == 2
    assert not sandbox.backend.posts


def test_a_report_that_holds_the_key_is_not_written(tmp_path: Path) -> None:
    leaking = (Finding(Verdict.SEEN, "a header", f"x {KEY}"),)
    told = report.Report(now(), "https://a.b", "https://a.b", False, leaking, (), ())
    with pytest.raises(ArchiveError, match="neither shown nor written"):
        report.write(told, tmp_path, KEY)
    with pytest.raises(ArchiveError):
        report.lines(told, KEY)
    assert not list(tmp_path.iterdir())

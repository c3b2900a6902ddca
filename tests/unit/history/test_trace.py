"""A job's trace, what an error means, and a call as code: from values alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from components.history import waterfall
from studio.core.calls import Call
from studio.core.query import CallLine
from studio.core.reference import Upload
from studio.core.values import Job, Kind, Output, State, Status, Task
from studio.history import advice, as_code
from studio.history.trace import NO_ANSWER_KEPT, NO_ANSWER_YET, NOT_KEPT, Part, Step, polls_in_words, trace
from tests.examples import JOB, POST, WHEN

SENT = replace(
    JOB, state=State.OPEN, sent_at=WHEN + timedelta(seconds=2), tasks=(Task(1, "job_1", "t1", 0, Status.WAITING),)
)


def line(
    seconds: float, method: str = "GET", endpoint: str = "/v1/generation/{task_id}/status", kind: str = ""
) -> CallLine:
    at = WHEN + timedelta(seconds=seconds)
    return CallLine(f"req_{seconds}", at, "M", method, endpoint, 200, "", kind, "", 500, "job_1")


def test_polls_are_one_line_and_the_rest_is_in_order() -> None:
    calls = [line(2, "POST", POST.path), line(5), line(9, kind="ServerError"), line(99), line(1, endpoint="/x/balance")]
    steps = trace(SENT, sorted(calls, key=lambda call: call.at)).steps
    assert {step.part for step in steps} == {Part.QUEUE, Part.TASK, Part.BALANCE, Part.POST, Part.POLLS}
    (polls,) = [step for step in steps if step.part is Part.POLLS]
    assert polls.text == "3 polls, 1 error, 94 s" and [bad for _, bad in polls.dots] == [False, True, False]
    assert [step.start for step in steps] == sorted(step.start for step in steps)


CUT = replace(SENT, state=State.UNCONFIRMED, tasks=())
FOUND = replace(SENT, tasks=(replace(SENT.tasks[0], accepted_at=SENT.sent_at),))  # a person or a callback named it
ANSWERED = replace(SENT, tasks=(replace(SENT.tasks[0], accepted_at=WHEN + timedelta(seconds=3)),))


def submissions(job: Job, *calls: CallLine, is_sending: bool = False) -> list[Step]:
    return [step for step in trace(job, calls, is_sending=is_sending).steps if step.part is Part.POST]


@pytest.mark.parametrize("job", [CUT, replace(CUT, state=State.DISMISSED), FOUND, replace(FOUND, state=State.FINISHED)])
def test_a_submission_that_was_cut_off_has_a_line_whatever_became_of_its_job(job: Job) -> None:
    (post,) = submissions(job)
    assert (post.text, post.start, post.is_bad) == (NO_ANSWER_KEPT, job.sent_at, True)
    (heard,) = submissions(job, line(2, "POST", POST.path, "ServerError"))
    assert heard.call, "that is the call itself"
    again = submissions(job, line(0.1, "POST", POST.path, "RateLimitError"))
    assert [step.text for step in again][1:] == [NO_ANSWER_KEPT], "it had left before, and been refused"


@pytest.mark.parametrize("job", [CUT, FOUND])
def test_a_submission_that_is_on_its_way_is_not_called_cut_off(job: Job) -> None:
    (post,) = submissions(job, is_sending=True)
    assert (post.text, post.start, post.end, post.is_bad) == (NO_ANSWER_YET, job.sent_at, None, False)
    (heard,) = submissions(job, line(2, "POST", POST.path), is_sending=True)
    assert heard.call, "its answer is not with the job yet"


@pytest.mark.parametrize(
    "job", [ANSWERED, replace(ANSWERED, state=State.FINISHED), replace(CUT, error_kind="ServerError")]
)
def test_of_a_submission_that_was_answered_the_call_alone_may_be_gone(job: Job) -> None:
    (post,) = submissions(job)
    assert (post.text, post.is_bad) == (NOT_KEPT, False)


def test_a_job_that_nobody_here_sent_has_no_submission() -> None:
    assert not submissions(replace(FOUND, model="")) and not submissions(replace(CUT, sent_at=None))


@pytest.mark.parametrize(
    ("call", "is_safe"),
    [
        (replace(POST, method="GET", error_kind="ServerError"), True),
        (replace(POST, path="/v1/generation/upload-file", error_kind="ConnectionFailed"), True),
        (replace(POST, error_kind="InvalidInputError"), True),
        (replace(POST, error_kind="RateLimitError"), True),
        (replace(POST, error_kind="ServerError"), False),
        (replace(POST, error_kind="ConnectionFailed"), False),
        (replace(POST, error_kind="NotConnected"), True),
        (replace(POST, error_kind="OfAnotherStudio"), False),
        (POST, False),
    ],
)
def test_trying_again_is_called_safe_only_where_nothing_can_be_charged_twice(call: Call, is_safe: bool) -> None:
    assert advice.is_safe(call) is is_safe
    assert ("safe" in advice.safety(call)) is is_safe
    assert advice.explanation(call).lower().count("charged") <= 1, "once"


def test_a_call_as_code_has_its_body_and_no_key() -> None:
    call = replace(POST, request_body='{"prompt": "it\'s \\"so\\" $HOME", "n": 1, "flag": true}')
    assert "'\"'\"'" in as_code.curl(call) and "Bearer $WERYAI_API_KEY" in as_code.curl(call)
    compile(as_code.python(call), "code", "exec")
    assert "True" in as_code.python(call) and "WERYAI_API_KEY" in as_code.python(call)
    cut = replace(call, request_body="[cut")
    compile(as_code.python(cut), "code", "exec")


def test_a_file_that_was_given_long_before_is_told_and_leaves_the_line_of_time_to_the_job() -> None:
    before, just = (
        (Upload("a", name * 64, "https://x/1.png", JOB.created_at - ago), None)
        for name, ago in (("0", timedelta(days=3)), ("1", timedelta(minutes=1)))
    )
    found = trace(replace(JOB, sent_at=JOB.created_at + timedelta(seconds=2)), [], (), [before, just])
    assert [step.part for step in found.steps][:2] == [Part.UPLOAD, Part.UPLOAD]
    assert waterfall._frame(found)["end"].max() == 62


def test_polls_that_are_not_shown_are_told() -> None:
    assert polls_in_words([line(1)], 1200) == "1 poll, 0 errors, 0 s and 1,200 more not shown"


def test_a_saved_file_without_a_preview_is_a_download_that_worked() -> None:
    drawing = Output(1, 1, 0, Kind.IMAGE, "", key="a.svg", size=9, saved_at=WHEN, problem="This SVG can't be decoded.")
    task = Task(1, JOB.id, "t1", 0, Status.SUCCEEDED, outputs=(drawing,))
    steps = trace(replace(JOB, state=State.FINISHED, tasks=(task,)), [], [], []).steps
    (step,) = [step for step in steps if step.part is Part.DOWNLOAD]
    assert step.text == "1 KB saved; no preview: This SVG can't be decoded." and step.end == WHEN
    assert not step.is_bad


def test_what_failed_is_said_in_words_and_credits_of_demo_mode_are_called_so() -> None:
    post = replace(line(0), method="POST", http_status=200, error_kind="OutOfCreditsError", code="1011")
    job = replace(JOB, tasks=(Task(1, JOB.id, "t1", 0, Status.FAILED, reason="moderated", cost=4.5),))
    said = [step.text for step in trace(job, [post], unit="demo credits").steps]
    assert "HTTP 200 · out of credits · 1011" in said and "t1 failed, 4.5 demo credits: moderated" in said

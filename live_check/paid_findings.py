"""Findings of the paid part: replies, status words, results, credits."""

from collections.abc import Iterable, Iterator, Sequence

from live_check import facts, shapes
from live_check.findings import Finding, Verdict, compare, compare_places, unknown
from live_check.paid_run import PaidRun, may_have_acted
from live_check.recorder import Recorded, place, refusal
from studio.core.errors import StudioError
from studio.core.evidence import ROUNDING
from studio.core.values import Status

_UNCONFIRMED = "unconfirmed: {} It may have been accepted and charged, and was not sent again"


def of_empty_bodies(asked: Sequence[Recorded]) -> Iterator[Finding]:
    """Yield how empty bodies are refused; one line for each different answer."""
    clear = [one for one in asked if one.call and one.error and not one.error.may_have_acted]
    yield from compare_places(facts.INVALID, ((_place(one), refusal(one.call)) for one in clear if one.call))
    for fact, name in ((facts.INVALID_WORDS, "message"), (facts.INVALID_READ, "kind")):
        yield from compare_places(fact, ((_place(one), getattr(one.error, name)) for one in clear))
    for one in filter(may_have_acted, asked):
        about = f"empty body at {_place(one)}"
        if one.error:
            yield Finding(Verdict.UNSEEN, about, _UNCONFIRMED.format(one.error.message))
        else:
            yield Finding(Verdict.NEW, about, f"accepted as task {', '.join(one.value.task_ids)}", "a refusal")


def _place(asked: Recorded) -> str:
    return place(asked.call) if asked.call else "none"


def findings(run: PaidRun) -> Iterator[Finding]:
    """Yield all findings of one submission."""
    kind, error = run.mode.kind, run.submission.error
    if error:
        yield Finding(Verdict.UNSEEN, facts.REPLIES[kind].about, _not_accepted(run, error))
        return
    yield compare(facts.REPLIES[kind], shapes.names(run.submission.data))
    yield from _audio(run)
    yield from _words(run)
    yield from _form(run)
    yield from _end(run)
    yield from _credits(run)


def _not_accepted(run: PaidRun, error: StudioError) -> str:
    if not error.may_have_acted:
        answer = f" ({refusal(run.submission.call)})" if run.submission.call else ""
        return f"refused: {error.message}{answer}"
    fell = _fell(run.before, run.sent)
    return f"{_UNCONFIRMED.format(error.message)}; the balance fell by {'?' if fell is None else f'{fell:g}'}"


def _audio(run: PaidRun) -> Iterator[Finding]:
    sent = [call for call in run.submission.calls if '"generate_audio"' in call.request_body]
    if sent:
        yield compare(facts.AUDIO, "a text" if '"generate_audio": "' in sent[-1].request_body else "a boolean")


def _words(run: PaidRun) -> Iterator[Finding]:
    given = (shapes.word(asked.data) for asked in (run.submission, *run.polls))
    words = list(dict.fromkeys(word for word in given if word))
    about, usual = f"{facts.WORDS.about} of the {run.mode.kind}", facts.WORDS.usual.split(", ")
    for word in words:
        if word not in usual:
            verdict = Verdict.DIFFERS if word in facts.WORDS.known else Verdict.NEW
            yield Finding(verdict, about, word, facts.WORDS.usual, facts.WORDS.source)
    yield Finding(Verdict.SEEN if set(words) - set(usual) else Verdict.SAME, about, " → ".join(words))


def _form(run: PaidRun) -> Iterator[Finding]:
    answers = [asked for asked in run.polls if asked.error is None]
    yield from compare_places(facts.TASK, ((f"a {run.mode.kind}", shapes.of_task(asked.data)) for asked in answers))
    if run.batch and run.batch.error:
        yield Finding(Verdict.UNSEEN, facts.BATCH.about, run.batch.error.message)
    elif run.batch:
        yield compare(facts.BATCH, shapes.of_batch(run.batch.data))
    seen = (name for asked in answers for name in (*shapes.one(asked.data), *shapes.inner(asked.data)[1]))
    yield from unknown("field of a task", facts.TASK_FIELDS, seen)


def _end(run: PaidRun) -> Iterator[Finding]:
    kind, data = run.mode.kind, run.last.data
    if not run.is_over:
        known = ", ".join(run.submission.value.task_ids)
        why = run.last.error.message if run.last.error else f"task {known} was still open"
        yield Finding(Verdict.UNSEEN, f"end of the {kind}", f"{why} after {run.seconds:,.0f} s")
        return
    yield Finding(Verdict.SEEN, f"time of the {kind}", f"{run.seconds:,.0f} s")
    where, outcome = shapes.inner(data)
    yield compare(facts.PLACE, where)
    if form := shapes.results(data):
        yield compare(facts.RESULTS[kind], form)
    elif reason := next((name for name in ("msg", "message", "fail_reason") if outcome.get(name)), ""):
        yield compare(facts.REASON, reason)
        yield Finding(Verdict.SEEN, f"the {kind} failed", run.last.value.reason)
    else:
        yield Finding(Verdict.NEW, f"end of the {kind}", run.last.value.reason or "no result and no reason")


def _credits(run: PaidRun) -> Iterator[Finding]:
    if not run.is_over:
        return
    report, kind = run.last.value, run.mode.kind
    yield compare(facts.COST, "not given" if report.cost is None else "given")
    first, second = _fell(run.before, run.sent), _fell(run.sent, run.ended)
    if first is None or second is None:
        yield Finding(Verdict.UNSEEN, f"credits of the {kind}", "a balance was not told")
        return
    yield Finding(Verdict.SEEN, f"credits of the {kind}", f"{first:g} at the submission, {second:g} by its end")
    if report.status is Status.FAILED:
        yield compare(facts.FAILED_COST, _of_a_failure(first, first + second))
    else:
        yield compare(facts.TAKEN, _when(first, second))
    if report.cost is not None:
        is_true = abs(report.cost - first - second) <= ROUNDING
        yield compare(facts.COST_IS_TRUE, "yes" if is_true else f"no: {report.cost:g} told, {first + second:g} taken")


def _fell(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else before - after


def _when(first: float, second: float) -> str:
    if abs(first) <= ROUNDING and abs(second) <= ROUNDING:
        return "not at all"
    if abs(second) <= ROUNDING:
        return "at the submission"
    return "at the end" if abs(first) <= ROUNDING else "in both steps"


def _of_a_failure(first: float, total: float) -> str:
    if total > ROUNDING:
        return "not given back"
    return "given back" if first > ROUNDING else "never taken"


def not_failed(stories: Iterable[PaidRun]) -> Iterator[Finding]:
    """Report if no task failed: the cost of a failed task is then unknown."""
    if not any(run.is_over and run.last.value.status is Status.FAILED for run in stories):
        yield Finding(Verdict.UNSEEN, facts.FAILED_COST.about, "no task has failed")

"""Runs one comparison from beginning to end."""

from collections.abc import Callable, Iterator
from pathlib import Path

from live_check import envelopes, facts, links, paid_findings, paid_run, reading, report
from live_check.findings import Finding, Verdict
from live_check.links import Link
from live_check.paid_run import PaidRun
from live_check.reading import Reading
from live_check.recorder import Pace, Recorded, Recorder
from live_check.report import Report
from studio.core.errors import AuthenticationError, ConnectionFailed, SettingsError
from studio.core.settings import Settings

Say = Callable[[str], None]


def check(settings: Settings, *, spend: bool, say: Say, pace: Pace) -> Path:
    """Compare the service of these settings, print each line, and return the report's file.

    With `spend` it costs the credits of one image and one video. Errors: StudioError when it cannot be done.
    """
    if not settings.api_key:
        raise SettingsError("Set WERYAI_API_KEY to the key that is to be used, then run this again.", hint="")
    folder, recorder = _folder(settings), Recorder(settings)
    result = _compare(recorder, folder, pace, say if spend else None)
    lines = report.lines(result, settings.api_key)
    try:  # written first: a reader of the lines may stop, and what was paid for must not be lost
        return report.write(result, folder, settings.api_key)
    finally:
        for line in (*lines, f"{report.summary(result)}."):
            say(line)


def _folder(settings: Settings) -> Path:
    """Return the folder for reports; it is created before anything is spent."""
    folder = settings.data / "live"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"Reports cannot be kept in {folder}: {error.strerror}.", hint="") from None
    return folder


def _compare(recorder: Recorder, folder: Path, pace: Pace, spending_is_said: Say | None) -> Report:
    asked = _first_answer(recorder)
    at = pace.now()
    clock = envelopes.clock(asked.calls[-1], at)
    found = reading.read(recorder, asked)
    before = tuple(links.earlier(folder, recorder, at))
    empty, paid = _spent(recorder, found, pace, spending_is_said) if spending_is_said else ((), ())
    findings = (
        clock,
        *envelopes.findings(recorder.calls),
        *reading.findings(found),
        *before,
        *(_of_spending(recorder, empty, paid) if spending_is_said else _unspent()),
    )
    given = tuple(_links(paid, pace))
    urls = recorder.settings.base_url, recorder.settings.models_base_url
    return Report(at, *urls, bool(spending_is_said), findings, tuple(recorder.calls), given)


def _first_answer(recorder: Recorder) -> Recorded:
    """Make the first request. Errors: SettingsError when the service does not answer, or rejects the key."""
    asked = recorder.ask(lambda api: api.balance())
    if isinstance(asked.error, AuthenticationError):
        raise SettingsError(f"{recorder.settings.base_url} does not take this key: {asked.error.message}.", hint="")
    if isinstance(asked.error, ConnectionFailed) and (not asked.call or asked.call.http_status is None):
        raise SettingsError(f"{recorder.settings.base_url} gave no answer: {asked.error.message}", hint="")
    return asked


def _spent(
    recorder: Recorder, found: Reading, pace: Pace, say: Say
) -> tuple[tuple[Recorded, ...], tuple[PaidRun, ...]]:
    empty = paid_run.empty_bodies(recorder)
    return empty, tuple(paid_run.pay(recorder, mode, found.models, pace, say) for mode in paid_run.PAID)


def _of_spending(recorder: Recorder, empty: tuple[Recorded, ...], paid: tuple[PaidRun, ...]) -> Iterator[Finding]:
    yield from paid_findings.of_empty_bodies(empty)
    for one in paid:
        yield from paid_findings.findings(one)
        for result in one.last.value.results[:1] if one.is_over else ():
            yield from links.findings(result.url, result.kind, recorder)
    yield from paid_findings.not_failed(paid)


def _unspent() -> Iterator[Finding]:
    for fact in (facts.INVALID, *facts.REPLIES.values(), facts.WORDS, facts.TAKEN, facts.FAILED_COST, facts.LINK):
        yield Finding(Verdict.UNSEEN, fact.about, "SPEND=yes was not set")


def _links(paid: tuple[PaidRun, ...], pace: Pace) -> Iterator[Link]:
    for one in paid:
        for result in one.last.value.results if one.is_over else ():
            yield links.kept(result.url, result.kind, pace.now())

"""Plans of one person with an account: check jobs that are to be sent together, and send them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from studio.client_parts import plan_lines, plan_lists
from studio.client_parts.context import ClientContext
from studio.client_parts.costs import Costs
from studio.client_parts.models import Models
from studio.client_parts.new_job import job_of_draft
from studio.client_parts.spending import Spending
from studio.core.errors import DraftError, LedgerError
from studio.core.expansion import MOST, MOST_COUNTED
from studio.core.plans import Entry, Line, Outcome, Plan
from studio.core.values import Draft
from studio.ledger.jobs import JobLedger
from studio.weryai import request_body
from studio.weryai.modes import MODES

_CHANGED = "WeryAI's model list changed, and with it what is sent. Look at the table again, then send it."


@dataclass(frozen=True)
class Plans:
    context: ClientContext

    def make(self, form: Draft, entries: Sequence[Entry], models: Sequence[str] = ()) -> Plan:
        """Return a plan: a line for each prompt and model, with its problem or usual cost. Nothing is sent.

        Inputs that an entry lacks are those of the form. Entries without a model are for the form's model and `models`.
        """
        every = tuple(dict.fromkeys((form.model, *models)))
        counts = (entry.number * (1 if entry.model else len(every)) for entry in entries)
        number = min(sum(counts), MOST_COUNTED)
        lines = self._lines(form, entries, every) if number <= MOST else ()
        numbered = tuple(replace(line, number=place) for place, line in enumerate(lines, start=1))
        return Plan(number, numbered, model=form.model)

    def from_text(self, form: Draft, text: str, models: Sequence[str] = ()) -> Plan:
        """Return the plan of a list of prompts, one in a line, like `make`. Errors: DraftError for one too long."""
        return self.make(form, plan_lists.from_text(text), models)

    def from_csv(self, form: Draft, data: bytes, models: Sequence[str] = ()) -> Plan:
        """Return the plan of a CSV file, like `make`. Errors: DraftError for a file that cannot be read."""
        known = self._models.list(form.mode)
        entries, notes = plan_lists.from_csv(MODES[form.mode], known, form, data)
        return replace(self.make(form, entries, models), notes=notes)

    def example_csv(self, form: Draft) -> str:
        """Return a CSV file for the mode and model of a form, as an example."""
        return plan_lists.example(MODES[form.mode], self._models.get(form.mode, form.model))

    def send(self, plan: Plan, submission: str) -> Outcome:
        """Record the jobs of a plan and let them be sent; the same plan and `submission` again make no second job.

        It stops at a spending limit. The rate limit is checked before the first job only, and counts all of them later:
        whoever sends a plan has seen how many jobs it has. A line that would send something else than its table said
        is not sent.
        """
        sent = _Sent()
        try:
            for line in plan.ready:
                self._send(line, f"{submission}:{line.number}", sent)
                if sent.stopped:
                    break
        except LedgerError as error:
            sent.stopped = f"{error.message} {error.hint}"
        finally:
            self.context.runtime.dispatcher.worker.wake()
        return sent.outcome

    def _send(self, line: Line, submission: str, sent: "_Sent") -> None:
        """Record the job of a line, and what became of it."""
        try:
            added = self._add(line, submission, is_first=not sent.jobs)
        except DraftError as error:
            if error.field:
                sent.refused[line.number] = error.message
            else:
                sent.stopped = error.message
        else:
            if isinstance(added, Line):
                sent.changed[line.number] = added
            else:
                sent.jobs[line.number] = added

    def _add(self, line: Line, submission: str, *, is_first: bool) -> str | Line:
        """Record the job of a line, unless it is recorded, and return its ID; or return the line as it is now.

        The latter if the model takes something else than when the table was made: nobody has agreed to that.
        """
        if self.context.may_not_spend:
            raise DraftError(self.context.may_not_spend, field="")
        if found := self._ledger.of_submission(submission):
            return found.id
        spending = Spending(self.context)
        if is_first:
            spending.check_rate()
        new = replace(job_of_draft(self.context, line.draft, submission), template=line.template)
        if new.inputs != line.body:
            estimate = Costs(self.context).estimate(replace(line.draft, inputs=new.inputs))
            return replace(plan_lines.changed(MODES[new.mode], line, new.inputs), estimate=estimate)
        return self._ledger.add(new, is_limited=spending.is_limited).id

    def _lines(self, form: Draft, entries: Sequence[Entry], models: Sequence[str]) -> Iterator[Line]:
        for entry in entries:
            for prompt in entry.prompts:
                for model in (entry.model,) if entry.model else models:
                    yield self._line(form, entry, prompt, model)

    def _line(self, form: Draft, entry: Entry, prompt: str, key: str) -> Line:
        mode, model = MODES[form.mode], self._models.get(form.mode, key)
        inputs = {**form.inputs, "prompt": prompt}
        line = Line(0, Draft(form.mode, key, inputs), entry.place, problem=entry.problem, template=entry.template)
        try:
            if key != form.model:
                inputs = plan_lines.adapted(mode, model, inputs)
            asked = plan_lines.asked(mode, model, entry.settings)
            draft = Draft(form.mode, key, inputs | asked)
            changes = tuple(
                replace(change, is_asked=change.field in asked)
                for change in plan_lines.changes(mode, form.inputs, draft.inputs)
            )
            line = replace(line, draft=draft, changes=changes)
            line = replace(line, body=request_body.body(mode, model, draft.inputs))
        except DraftError as error:
            return replace(line, problem=line.problem or error.message, at_fault=error.field)
        return replace(line, estimate=Costs(self.context).estimate(draft))

    @property
    def _models(self) -> Models:
        return Models(self.context)

    @property
    def _ledger(self) -> JobLedger:
        return self.context.ledger.jobs


@dataclass
class _Sent:
    """What became of the lines of a plan so far, by their numbers; `stopped` says why the rest is not sent."""

    jobs: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    changed: dict[int, Line] = field(default_factory=dict)
    stopped: str = ""

    @property
    def outcome(self) -> Outcome:
        why = " ".join(filter(None, [_CHANGED if self.changed else "", self.stopped]))
        return Outcome(self.jobs, self.refused, why, self.changed)

"""The line at Generate: what the job usually costs, and the balance."""

from collections.abc import Callable

import streamlit as st

from components.form import draft_state
from components.live import drawn_state
from components.parts import cost_texts, notices
from components.parts.markdown import counted, sentence
from components.session import session
from studio.client import Client
from studio.core.costs import Estimate
from studio.core.expansion import MOST, MOST_COUNTED
from studio.core.number_texts import credits
from studio.core.plans import Plan
from studio.core.settings import WERYAI_PRICES
from studio.core.values import Draft, Kind
from studio.weryai.modes import MODES


def show(draft: Draft, make_plan: Callable[[], Plan | None]) -> Plan | None:
    """Draw what the form usually costs and the balance, anew when they change; return its plan, None for one job."""
    plan = make_plan()
    first = [plan]

    def draw() -> None:
        with notices.errors(), drawn_state.drawing(drawn_state.COST):
            made, client = first.pop() if first else make_plan(), session.client()
            show_plan(client, MODES[draft.mode].kind, made) if made else _show_job(client, draft)

    session.state().has_cost_line = True
    with st.container():  # of its own, as a fragment that is on its way to the browser may be dropped
        st.fragment(draw, key=drawn_state.COST)()
    return plan


def show_plan(client: Client, kind: Kind, plan: Plan) -> None:
    """Draw the number of jobs of a plan, their usual cost and the balance, and a warning if the balance is lower."""
    if plan.is_too_large:
        st.markdown(f":small[:orange[{too_many(plan)}]]")
        return
    if not plan.ready:
        st.markdown(f":small[:gray[**{counted(plan.number, 'job')}** · {sentence(plan.lines[0].problem)}]]")
        return
    sandbox, balance = client.account.is_sandbox, client.balance.standing().balance
    cost = cost_texts.of_plan([line.estimate for line in plan.ready], sandbox=sandbox)
    unknown = "demo credits only" if sandbox else "cost not known yet"
    number = f"{len(plan.ready)} of " if len(plan.ready) < plan.number else ""
    st.markdown(f":small[:gray[**{number}{counted(plan.number, 'job')}** · {cost or unknown} · {_balance(balance)}]]")
    _warning(kind, plan.estimate, balance, sandbox=sandbox)


def too_many(plan: Plan) -> str:
    """Return why a plan is too large."""
    number = f"{plan.number:,}" if plan.number < MOST_COUNTED else f"Over {MOST_COUNTED:,}"
    return (
        f"{number} jobs are too many: the limit is {MOST} at once. Use fewer choices between braces, or fewer models."
    )


def _show_job(client: Client, draft: Draft) -> None:
    """Draw the usual cost and the balance, and a warning if the balance is lower. Nobody is held up by it."""
    sandbox, balance = client.account.is_sandbox, client.balance.standing().balance
    estimate = client.costs.estimate(draft)
    known = _balance(balance)
    if text := cost_texts.in_a_line(estimate, sandbox=sandbox):
        st.markdown(f":small[:gray[{text} · {known}]]")
    elif sandbox:
        st.markdown(":small[:gray[Uses demo credits only]]")
    else:  # Not as a caption: a link in a caption is too pale.
        st.markdown(f":small[:gray[Cost not known yet ·] [Prices]({WERYAI_PRICES}) :gray[· {known}]]")
    _warning(MODES[draft.mode].kind, estimate, balance, sandbox=sandbox)


def _balance(balance: float | None) -> str:
    return f"balance {credits(balance)}" if balance is not None else "balance unknown"


def _warning(kind: Kind, estimate: Estimate, balance: float | None, *, sandbox: bool) -> None:
    refused = draft_state.complaint(kind)
    is_refused = bool(refused and not refused.field)  # that complaint is about the balance, too
    if balance is not None and estimate.is_over(balance) and not is_refused:
        payee = "Demo mode" if sandbox else "WeryAI"
        st.markdown(f":small[:orange[This usually costs more than the balance. {payee} may refuse it.]]")

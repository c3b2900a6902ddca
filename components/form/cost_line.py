"""The line at Generate: what the job usually costs, and the balance."""

import streamlit as st

from components.form import draft_state
from components.parts import cost_texts
from studio.client import Client
from studio.core.number_texts import credits
from studio.core.settings import WERYAI_PRICES
from studio.core.values import Draft
from studio.weryai.modes import MODES


def show(client: Client, draft: Draft) -> None:
    """Draw the usual cost and the balance, and a warning if the balance is lower. Nobody is held up by it."""
    sandbox, balance = client.account.is_sandbox, client.balance.standing().balance
    estimate = client.costs.estimate(draft)
    known = f"balance {credits(balance)}" if balance is not None else "balance unknown"
    if text := cost_texts.in_a_line(estimate, sandbox=sandbox):
        st.markdown(f":small[:gray[{text} · {known}]]")
    elif sandbox:
        st.markdown(":small[:gray[Uses demo credits only]]")
    else:  # Not as a caption: a link in a caption is too pale.
        st.markdown(f":small[:gray[Cost not known yet ·] [Prices]({WERYAI_PRICES}) :gray[· {known}]]")
    refused = draft_state.complaint(MODES[draft.mode].kind)
    is_refused = bool(refused and not refused.field)  # that complaint is about the balance, too
    if balance is not None and estimate.is_over(balance) and not is_refused:
        payee = "Demo mode" if sandbox else "WeryAI"
        st.markdown(f":small[:orange[This usually costs more than the balance. {payee} may refuse it.]]")

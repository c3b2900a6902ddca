"""A page where things are made: the form, and beside it what was made; who may only look sees the latter alone."""

import streamlit as st

from components.cards import job_list
from components.form import job_form
from components.parts.markdown import escape
from components.session import session
from studio.core.values import Kind


def show(kind: Kind) -> None:
    """Draw both, side by side where there is room."""
    if session.state().is_arrival:
        session.state().autoplayed.clear()
    only_looks = session.client().may_not_spend
    page = st.container(horizontal=True, gap="medium")
    if not only_looks:
        with page.container(width=360, key="inputs"):
            job_form.show(kind)
    with page.container(width="stretch", key="results"):
        if only_looks:
            st.caption(f":material/visibility: {escape(only_looks)}")
        job_list.show(kind)

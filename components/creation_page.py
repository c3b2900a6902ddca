"""A page that creates images or videos: the form and the results beside it. View-only visitors get only the results."""

import streamlit as st

from components.cards import job_list
from components.form import job_form, plan_dialog
from components.parts.markdown import escape
from components.session import session
from studio.core.values import Kind


def show(kind: Kind) -> None:
    """Draw form and results of this kind, side by side where there is room."""
    if session.state().is_arrival:
        session.state().autoplayed.clear()
        session.state().deleted_cards.clear()
        plan_dialog.close(kind)
    view_only = session.client().may_not_spend
    page = st.container(horizontal=True, gap="medium")
    if not view_only:
        with page.container(width=360, key="inputs"):
            job_form.show(kind)
    with page.container(width="stretch", key="results"):
        if view_only:
            st.caption(f":material/visibility: {escape(view_only)}")
        job_list.show(kind)

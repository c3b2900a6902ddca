"""The list of jobs while it is empty: a sentence, and prompts to start from, each with a sample image."""

import streamlit as st

from components.cards.samples import SAMPLES, Sample
from components.form import draft_state
from components.parts import page_links
from components.session import session
from studio.client import Client
from studio.core.values import Kind


def show(kind: Kind, *, may_generate: bool) -> None:
    """Draw the empty list; the sample prompts are only for a person who may generate."""
    team = session.team_client()
    is_new = not (team and team.jobs.recent(kind, 1))
    with st.container(border=True, gap="small"):
        with st.container(gap="xsmall"):
            noun = "images" if kind is Kind.IMAGE else "videos"
            owner = "Your" if may_generate else "The team's"
            heading = f"{owner} {noun} will appear here" if is_new else f"No {noun} with your key yet"
            st.markdown(f"**{heading}**")
            if team and not is_new:
                _earlier_work_link(team)
            if not may_generate:
                return
            st.caption("Write what you want to see, then press Generate. Or start from one of these:")
        with st.grid(3, min_column_width=130, gap="small"):
            for sample in SAMPLES[kind]:
                with st.container(gap="xsmall"):
                    _draw_sample(kind, sample)
        st.caption("Samples from demo mode, not made by WeryAI.")


def _draw_sample(kind: Kind, sample: Sample) -> None:
    st.image(str(sample.file), width="stretch", alt=f"Sample: {sample.title}")
    if st.button(sample.title, key=f"start-{kind}-{sample.title}", width="stretch"):
        draft_state.fill(kind, {"prompt": sample.prompt})
        st.rerun()


def _earlier_work_link(team: Client) -> None:
    """Link to the jobs that a person made before they entered a key: in the sandbox or with the team's key."""
    where = "in demo mode" if team.account.is_sandbox else "with the team key"
    parameters = {page_links.ACCOUNT: page_links.TEAM}
    st.page_link(
        page_links.HISTORY.file, label=f"Show earlier work {where}", icon=":material/history:", query_params=parameters
    )

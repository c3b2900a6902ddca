"""What stands where the first cards will be: a sentence, and prompts to start from."""

import streamlit as st

from components import places, session
from components.form import form_memory
from components.history import address
from studio.jobs import Client
from studio.values import Kind

_PROMPTS = {
    Kind.IMAGE: {
        "Mountains at first light": "Layered mountains at first light, low fog in the valleys, a pale sun",
        "Clay vases, soft daylight": "Three clay vases on a seamless backdrop, soft daylight from the left",
        "Night street, bokeh": "A narrow street at night after rain, neon reflections, shallow depth of field",
    },
    Kind.VIDEO: {
        "Sun over ridges": "The sun climbs behind the ridges, fog drifts slowly to the left, static camera",
        "Waves of cloud": "Waves of cloud roll over a blue ridge at dawn, slow pan to the right",
        "Rain on a window": "Rain runs down a window, a blurred city behind it, the camera moves slowly closer",
    },
}


def show(kind: Kind, *, may_make: bool) -> None:
    """With a way to begin, for whoever may make something."""
    team = session.team()
    is_new = not (team and team.recent(kind, 1))
    with st.container(border=True, gap="small"):
        with st.container(gap="xsmall"):
            things = "images" if kind is Kind.IMAGE else "videos"
            st.markdown(f"**{f'Your {things} will appear here' if is_new else f'No {things} with your key yet'}**")
            if team and not is_new:
                _earlier(team)
            if not may_make:
                return
            st.caption("Write what you want to see, then press Generate. Or start from one of these:")
        with st.container(horizontal=True, gap="small"):
            for title, prompt in _PROMPTS[kind].items():
                if st.button(title, key=f"start-{kind}-{title}"):
                    form_memory.fill(kind, {"prompt": prompt})
                    st.rerun()


def _earlier(team: Client) -> None:
    """Whoever has just entered a key finds what they made before, in the sandbox or with the team's key."""
    where = "in demo mode" if team.account.is_sandbox else "with the team key"
    asked = {address.ACCOUNT: address.TEAM}
    st.page_link(places.HISTORY.file, label=f"Show earlier work {where}", icon=":material/history:", query_params=asked)

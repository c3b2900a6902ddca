"""Several results of a job, each by sight, with what can be done with one of them under it."""

from collections.abc import Callable

import streamlit as st

from components.serving import addresses
from studio.values import Job, Output


def show(title: str, job: Job, saved: list[Output], draw: Callable[[Output, str], None]) -> None:
    """Open a dialog with all of them; `draw` gets each result and its name."""

    def each() -> None:
        with st.grid(2, min_column_width=160, gap="small"):
            for number, output in enumerate(saved, start=1):
                with st.container(gap="xsmall"):
                    name = f"{job.kind.capitalize()} {number}"
                    if still := addresses.still(output):
                        st.image(still, width="stretch", alt=name)
                    else:
                        st.caption(name)
                    draw(output, name)

    st.dialog(title)(each)()

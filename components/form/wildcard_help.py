"""The help on wildcards, beside the prompt's label."""

import streamlit as st

_TEXT = r"""**Several jobs from one prompt**

- `{red|blue}` makes a job for each choice.
- `{1..5}` makes a job for each number; `{1..9..2}` goes in steps of 2.
- `\{` is a plain brace.

The number of jobs and their usual cost stand at *Generate*. All jobs are shown before anything is sent."""


def show() -> None:
    """Draw the button that opens the help."""
    with st.popover("Wildcards", type="tertiary"):
        st.markdown(_TEXT)

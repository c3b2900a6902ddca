"""Further models for the same prompt: each makes a job of its own."""

from collections.abc import Sequence

import streamlit as st

from components.form import draft_state
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.weryai.model import Model
from studio.weryai.modes import Mode


def show(client: Client, mode: Mode, model: Model) -> tuple[str, ...]:
    """Draw the choice of further models behind a button; return their keys."""
    titles = client.models.titles()
    options = [other.key for other in client.models.list(mode.key) if other.key != model.key]
    _keep_valid(mode, options, titles)
    with st.popover("More models", icon=":material/add:", type="tertiary"):
        chosen = st.multiselect(
            "Also with",
            options,
            key=draft_state.key(mode.kind, draft_state.MODELS),
            format_func=lambda key: titles.get(key, key),
            placeholder="A job for each model",
            persist_state="session",
        )
    return tuple(chosen)


def names(client: Client, models: Sequence[str]) -> None:
    """Write which further models are chosen, so that nothing is sent unseen."""
    if models:
        st.caption(f"Also with {escape(titles(client, models))}")


def titles(client: Client, models: Sequence[str]) -> str:
    """Return the titles of models in a row."""
    known = client.models.titles()
    return ", ".join(known.get(key, key) for key in models)


def _keep_valid(mode: Mode, options: list[str], titles: dict[str, str]) -> None:
    """Keep the models that this mode has; one may have another key here. Call it before drawing."""
    key = draft_state.key(mode.kind, draft_state.MODELS)
    before = session.widget_value(key) or []
    by_title = {titles.get(option, option): option for option in reversed(options)}
    found = [one if one in options else by_title.get(titles.get(one, one), "") for one in before]
    kept = list(dict.fromkeys(filter(None, found)))
    if kept != before:
        session.set_widget(key, kept)

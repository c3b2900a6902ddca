"""Further models for the same prompt: each makes a job of its own."""

import streamlit as st

from components.form import draft_state
from components.parts.markdown import escape
from components.session import session
from studio.client import Client
from studio.weryai.model import Model
from studio.weryai.modes import Mode

MOST = 9  # beside the first one
_OPENED = "more-models"  # the expander


def show(client: Client, mode: Mode, model: Model) -> tuple[str, ...]:
    """Draw the choice of further models, folded until it is wanted; return their keys."""
    titles = client.models.titles()
    options = [other.key for other in client.models.list(mode.key) if other.key != model.key]
    _keep_valid(mode, options, titles)
    opened = draft_state.key(mode.kind, _OPENED)
    more = st.expander("More models", key=opened, on_change="rerun", icon=":material/add:", type="compact")
    with more:
        chosen = st.multiselect(
            "Also with",
            options,
            key=draft_state.key(mode.kind, draft_state.MODELS),
            format_func=lambda key: titles.get(key, key),
            max_selections=MOST,
            placeholder="A job for each model",
            persist_state="session",
        )
    if chosen and not more.open:
        st.caption(f"Also with {escape(', '.join(titles.get(key, key) for key in chosen))}")
    return tuple(chosen)


def _keep_valid(mode: Mode, options: list[str], titles: dict[str, str]) -> None:
    """Keep the models that this mode has; one may have another key here. Call it before drawing."""
    key = draft_state.key(mode.kind, draft_state.MODELS)
    before = session.widget_value(key) or []
    by_title = {titles.get(option, option): option for option in reversed(options)}
    found = [one if one in options else by_title.get(titles.get(one, one), "") for one in before]
    kept = list(dict.fromkeys(filter(None, found)))
    if kept != before:
        session.set_widget(key, kept)

"""The list of comparisons, newest first, with small images; and how to begin a new one."""

import html

import streamlit as st

from components.compare import address, choice
from components.parts import file_urls, page_links
from components.parts.local_time import clock_time
from components.parts.markdown import counted, escape
from components.session import session
from studio.client import Client
from studio.core.comparisons import Comparison, name_for
from studio.core.errors import StudioError
from studio.core.values import Output

_MOST = 50  # comparisons that are drawn
_PICTURES = 4  # of each
_NAME = "compare-name"


def show(client: Client) -> None:
    """Draw the list, or how to begin where there is none."""
    shown = client.comparisons.all(_MOST)
    if not shown:
        _nothing_yet(client)
        return
    if not client.may_not_spend:
        with st.popover("New comparison", icon=":material/add:"):
            _new(client)
    pictures = client.comparisons.pictures(shown, _PICTURES)
    for one in shown:
        _line(client, one, pictures[one.id])
    if len(shown) == _MOST < (number := client.comparisons.number()):
        st.caption(f"The newest {_MOST} of {counted(number, 'comparison')}.")


def _line(client: Client, one: Comparison, pictures: list[Output]) -> None:
    owner = client.people.label(one.person)
    facts = [counted(len(one.jobs), "job"), *([f"by {escape(owner, 30)}"] if owner else [])]
    with st.container(border=True, horizontal=True, gap="small", vertical_alignment="center", key=f"compare-{one.id}"):
        if pictures:
            st.html(_strip(pictures), width="content")
        with st.container(gap="xxsmall", width="stretch"):
            # A page link to the page that is shown would leave its address as it is.
            label, open_it = f"**{escape(one.name)}**", address.open_comparison
            st.button(label, key=f"open-{one.id}", type="tertiary", on_click=open_it, args=(one.id,))
            st.caption(" · ".join([*facts, clock_time(one.updated_at, "%d %b %H:%M")]))


def _strip(pictures: list[Output]) -> str:
    """Return small images side by side, which say nothing that the name beside them does not."""
    style = "height:3.5rem;width:3.5rem;object-fit:cover;border-radius:.4rem"
    sources = [html.escape(file_urls.thumbnail(one)) for one in pictures]
    images = "".join(f'<img src="{source}" alt="" style="{style}">' for source in sources if source)
    return f'<div style="display:flex;gap:.25rem">{images}</div>'


def _nothing_yet(client: Client) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(
            "**Nothing here yet**  \nSend the same prompt to several models, then put the jobs side by side: "
            "in the gallery with *Select* and *Compare*, or here."
        )
        if client.may_not_spend:
            return
        with st.container(horizontal=True, gap="small"):
            st.page_link(page_links.GALLERY.file, label="Gallery", icon=page_links.GALLERY.icon, width="content")
            with st.popover("New comparison", icon=":material/add:"):
                _new(client)


def _new(client: Client) -> None:
    chosen = choice.jobs(client, "compare-jobs")
    name = st.text_input(
        "Name",
        key=_NAME,
        placeholder="The words of the first prompt",
        on_change=session.clear_api_key,
        args=(_NAME,),
    )
    if not st.button("Compare", key="compare-new", type="primary", disabled=not chosen):
        return
    try:
        first = client.jobs.get(chosen[0])
        made = client.comparisons.create(name.strip() or name_for(first.prompt if first else ""), chosen)
    except StudioError as error:
        st.error(escape(f"{error.message} {error.hint}"))
    else:
        address.open_comparison(made.id)
        st.rerun()

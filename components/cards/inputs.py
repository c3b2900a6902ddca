"""What a job was made from: its prompt, which opens when it is long, what it was to avoid, and its references."""

import html
from collections.abc import Mapping

import streamlit as st

from components.parts import file_urls, job_texts, page_links
from components.parts.markdown import counted, escape
from studio.core.reference import NOUNS, Given, Medium
from studio.core.values import Job, Kind
from studio.weryai.modes import media_of

SHORT = 200  # characters of a prompt that are shown at once
_TILE = "display:block;height:48px;max-width:84px;border-radius:.4rem;object-fit:cover"
_NAMED = "display:flex;align-items:center;height:48px;max-width:12rem;font-size:.8rem;overflow:hidden"


def prompt(job: Job, facts: str) -> None:
    """The prompt and the facts, and what the job was to avoid. Nothing that was sent is out of sight for good."""
    title, avoid = job_texts.title(job), str(job.inputs.get("negative_prompt") or "").strip()
    without = f"  \n:small[:gray[Negative prompt: {escape(avoid, SHORT)}]]" if avoid else ""
    st.markdown(f"**{escape(title, SHORT)}**  \n:small[:gray[{facts}]]{without}")
    if max(len(title), len(avoid)) > SHORT:
        with st.expander("Whole prompt", key=f"whole-{job.id}", type="compact"):
            st.text(title)
            if avoid:
                st.text(f"Negative prompt: {avoid}")


def references(job: Job, given: Mapping[str, Given]) -> None:
    """Small pictures of the references, in their order; of what has none its name, or its address."""
    shown = [
        _reference(medium, given.get(url), url, number)
        for number, (medium, url) in enumerate(media_of(job.mode, job.inputs), 1)
    ]
    if shown:
        items = "".join(f'<li style="list-style:none;margin:0">{one}</li>' for one in shown)
        row = "display:flex;flex-wrap:wrap;gap:.375rem;margin:0;padding:0"
        st.html(f'<ul aria-label="Made from" style="{row}">{items}</ul>')


def counts(job: Job) -> list[str]:
    """How many references there are, in words, for the line of facts."""
    given = [medium for medium, _ in media_of(job.mode, job.inputs)]
    noun = f"reference {NOUNS[given[0]]}" if given and given[0] and len(set(given)) == 1 else "reference"
    return [counted(len(given), noun)] if given else []


def sources(job: Job, given: Mapping[str, Given]) -> None:
    """The ways to the jobs whose results this one was made from."""
    found = {given[url].job: given[url] for _, url in media_of(job.mode, job.inputs) if url in given and given[url].job}
    for number, one in enumerate(found.values(), 1):
        place = page_links.OF_KIND[Kind(one.kind)]
        label = f"Source {number}" if len(found) > 1 else "Source"
        icon = ":material/account_tree:"
        st.page_link(place.file, label=label, icon=icon, query_params={page_links.JOB: one.job}, width="content")


def _reference(medium: Medium | None, given: Given | None, url: str, number: int) -> str:
    name = html.escape((given.reference.label if given else url.partition("://")[2])[:60])
    if given and given.reference.preview:
        said = f"Reference {number}: {name}"
        return (
            f'<img src="{html.escape(file_urls.preview(given.reference))}" alt="{said}" title="{name}" style="{_TILE}">'
        )
    kind = NOUNS[medium].capitalize() if medium else "Reference"
    return f'<span style="{_NAMED}" title="{name}">{kind}: {name}</span>'

"""The inputs of a job on its card: the prompt, the negative prompt and the references."""

import html
from collections.abc import Mapping

import streamlit as st

from components.parts import job_texts, page_links, result_links
from components.parts.markdown import counted, escape
from studio.core.reference import NOUNS, Given, Medium
from studio.core.values import Job, Kind
from studio.weryai.modes import media_of

_MOST_SHOWN = 200  # characters of a prompt that are shown at once
_IMAGE = "display:block;height:48px;max-width:84px;border-radius:.4rem;object-fit:cover"
_LABEL = "display:flex;align-items:center;height:48px;max-width:12rem;font-size:.8rem;overflow:hidden"


def show_prompt(job: Job, facts: str) -> None:
    """Draw the prompt, the facts and the negative prompt; an expander has the whole text if it is cut."""
    title, avoid = job_texts.title(job), str(job.inputs.get("negative_prompt") or "").strip()
    negative = f"  \n:small[:gray[Negative prompt: {escape(avoid, _MOST_SHOWN)}]]" if avoid else ""
    st.markdown(f"**{escape(title, _MOST_SHOWN)}**  \n:small[:gray[{facts}]]{negative}")
    if max(len(title), len(avoid)) > _MOST_SHOWN:
        with st.expander("Whole prompt", key=f"whole-{job.id}", type="compact"):
            st.text(title)
            if avoid:
                st.text(f"Negative prompt: {avoid}")


def show_references(job: Job, given: Mapping[str, Given]) -> None:
    """Draw the references in order: a thumbnail, or without a preview the name or the address."""
    shown = [
        _reference_html(job, medium, given.get(url), url, number)
        for number, (medium, url) in enumerate(media_of(job.mode, job.inputs), 1)
    ]
    if shown:
        items = "".join(f'<li style="list-style:none;margin:0">{source}</li>' for source in shown)
        row = "display:flex;flex-wrap:wrap;gap:.375rem;margin:0;padding:0"
        st.html(f'<ul aria-label="Made from" style="{row}">{items}</ul>')


def reference_counts(job: Job) -> list[str]:
    """Return the number of references in words, for the line of facts; empty if there are none."""
    given = [medium for medium, _ in media_of(job.mode, job.inputs)]
    noun = f"reference {NOUNS[given[0]]}" if given and given[0] and len(set(given)) == 1 else "reference"
    return [counted(len(given), noun)] if given else []


def show_sources(job: Job, given: Mapping[str, Given]) -> None:
    """Draw links to the jobs whose results this job was made from."""
    found = {given[url].job: given[url] for _, url in media_of(job.mode, job.inputs) if url in given and given[url].job}
    for number, source in enumerate(found.values(), 1):
        page = page_links.OF_KIND[Kind(source.kind)]
        label = f"Source {number}" if len(found) > 1 else "Source"
        icon = ":material/account_tree:"
        st.page_link(page.file, label=label, icon=icon, query_params={page_links.JOB: source.job}, width="content")


def _reference_html(job: Job, medium: Medium | None, given: Given | None, url: str, number: int) -> str:
    name = (given.reference.label if given else url.partition("://")[2])[:60]
    if given and given.reference.preview:
        return result_links.reference(given.reference, job.id, str(number), f"Reference {number}: {name}", _IMAGE)
    kind = NOUNS[medium].capitalize() if medium else "Reference"
    return f'<span style="{_LABEL}" title="{html.escape(name)}">{kind}: {html.escape(name)}</span>'

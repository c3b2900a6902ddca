"""Several results of a job, each by sight, with what can be done with one of them under it."""

from collections.abc import Callable, Iterator, Sequence

import streamlit as st

from components.parts import file_urls
from studio.core.reference import NOUNS
from studio.core.values import Output
from studio.media import file_types, output_uses

Named = Sequence[tuple[Output, str]]


def named(saved: Sequence[Output]) -> Iterator[tuple[Output, str]]:
    """Each result with its name: what it is, its number, and its format where several differ or it is unusual."""
    differ = len({file_types.called(output.format, output.key) for output in saved}) > 1
    for number, output in enumerate(saved, start=1):
        medium, called = output_uses.medium_of(output), file_types.called(output.format, output.key)
        is_plain = not differ and file_types.is_usual(called, medium)
        yield output, f"{NOUNS[medium].capitalize()} {number}{'' if is_plain else f' · {called}'}"


def show(title: str, results: Named, draw: Callable[[Output, str], None]) -> None:
    """Open a dialog with these; `draw` gets each result and its name."""

    def each() -> None:
        with st.grid(2, min_column_width=160, gap="small"):
            for output, name in results:
                with st.container(gap="xsmall"):
                    if still := file_urls.thumbnail(output):
                        st.image(still, width="stretch", alt=name)
                    else:
                        st.caption("No preview")  # its name stands under it
                    draw(output, name)

    st.dialog(title)(each)()

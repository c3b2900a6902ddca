"""A dialog that shows each result of a job, with the buttons for that result below it."""

from collections.abc import Callable, Iterator, Sequence

import streamlit as st

from components.parts import file_urls
from studio.core.reference import NOUNS
from studio.core.values import Output
from studio.media import file_types, output_uses

Labelled = Sequence[tuple[Output, str]]


def labelled(saved: Sequence[Output]) -> Iterator[tuple[Output, str]]:
    """Yield each result with its label: medium and number, and the format if formats differ or it is unusual."""
    differ = len({file_types.called(output.format, output.key) for output in saved}) > 1
    for number, output in enumerate(saved, start=1):
        medium, format_name = output_uses.medium_of(output), file_types.called(output.format, output.key)
        is_plain = not differ and file_types.is_usual(format_name, medium)
        yield output, f"{NOUNS[medium].capitalize()} {number}{'' if is_plain else f' · {format_name}'}"


def show(title: str, results: Labelled, draw: Callable[[Output, str], None]) -> None:
    """Open a dialog with these results; `draw` gets each result and its label."""

    def draw_all() -> None:
        with st.grid(2, min_column_width=160, gap="small"):
            for output, label in results:
                with st.container(gap="xsmall"):
                    if preview := file_urls.thumbnail(output):
                        st.image(preview, width="stretch", alt=label)
                    else:
                        st.caption("No preview")  # its label is below
                    draw(output, label)

    st.dialog(title)(draw_all)()

"""The only st.navigation, and the script behind st.App: the frame, the page in it, and then what moves."""

from itertools import groupby

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import assistive, open_jobs, places, session, shell
from components.places import Place


def run() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title=shell.TITLE, page_icon=shell.MARK, layout="wide", initial_sidebar_state=264)
    sections = groupby(places.ALL, key=lambda place: place.section)
    pages = {section: [_page(place) for place in group] for section, group in sections}
    by_name = st.Page(_to_first, title=places.FIRST.title, url_path=places.FIRST.url_path, visibility="hidden")
    page = st.navigation({**pages, "": [by_name]})
    with shell.errors():
        shell.frame(page.title)
        session.state().inside = True
        try:
            page.run()
        finally:
            session.state().inside = False
        shell.notice()
        open_jobs.watch()
        assistive.install()


def _page(place: Place) -> StreamlitPage:
    is_first = place is places.FIRST
    return st.Page(
        place.file,
        title=place.title,
        icon=place.icon,
        url_path="first" if is_first else place.url_path,
        default=is_first,
    )


def _to_first() -> None:
    """The first page answers at the bare address only; who types its name finds it, too."""
    st.switch_page(places.FIRST.file)


if __name__ == "__main__":
    run()

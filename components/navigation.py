"""The only st.navigation, and the script behind st.App: the frame, the page in it, and then what moves."""

from itertools import groupby

import streamlit as st

from components import assistive, open_jobs, places, session, shell


def run() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title=shell.TITLE, page_icon=shell.MARK, layout="wide", initial_sidebar_state=264)
    pages = {
        section: [
            st.Page(
                place.file, title=place.title, icon=place.icon, url_path=place.url_path, default=place is places.IMAGE
            )
            for place in group
        ]
        for section, group in groupby(places.ALL, key=lambda place: place.section)
    }
    page = st.navigation(pages)
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


if __name__ == "__main__":
    run()

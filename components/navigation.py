"""The only st.navigation, and the script behind st.App: the frame, the page in it, and then what moves."""

from itertools import groupby

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.cards import job_list
from components.frame import personal_key, shell
from components.live import drawn_state
from components.parts import notices, page_links
from components.parts.page_links import PageLink
from components.people import sign_in_page
from components.scripts import install as scripts
from components.served import upload_guard
from components.session import page_address, session, visitor


def run() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title=page_links.TITLE, page_icon=shell.ICON, layout="wide", initial_sidebar_state=264)
    is_blocked = sign_in_page.is_blocked()
    if running := get_script_run_ctx():
        upload_guard.record(running.session_id, has_access=not is_blocked)
    if is_blocked:
        with sign_in_page.errors():
            sign_in_page.show()
    else:
        _inside()


def _inside() -> None:
    st.set_option("client.showSidebarNavigation", True)  # where app.py is the page script it has not run yet
    shown = [place for place in page_links.ALL if visitor.current().is_admin or not place.is_for_admins]
    sections = groupby(shown, key=lambda place: place.section)
    pages = {section: [_page(place) for place in group] for section, group in sections}
    by_name = st.Page(_to_first, title=page_links.FIRST.title, url_path=page_links.FIRST.url_path, visibility="hidden")
    page = st.navigation({**pages, "": [by_name]})
    with notices.errors():
        session.begin()
        personal_key.restore()
        page_address.begin_run(page.url_path)
        drawn_state.begin(session.client().account.id)
        shell.frame(page.title)
        session.state().is_in_navigation = True
        try:
            page.run()
        finally:
            session.state().is_in_navigation = False
        notices.show_notice()
        scripts.install()
        job_list.watch()  # last: a browser that has it has the whole page


def _page(place: PageLink) -> StreamlitPage:
    is_first = place is page_links.FIRST
    return st.Page(
        place.file,
        title=place.title,
        icon=place.icon,
        url_path="first" if is_first else place.url_path,
        default=is_first,
    )


def _to_first() -> None:
    """The first page answers at the bare address only; who types its name finds it, too."""
    st.switch_page(page_links.FIRST.file)


if __name__ == "__main__":
    run()

"""The only st.navigation, and the script of st.App: the frame, the page in it, then scripts and the listener."""

from itertools import groupby

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.cards import download_choice, job_list
from components.frame import personal_key, shell
from components.live import drawn_state
from components.parts import notices, page_links
from components.parts.page_links import PageLink
from components.people import sign_in_page
from components.scripts import install as scripts
from components.served import upload_guard
from components.session import page_address, session, visitor
from components.viewer import viewer


def run() -> None:
    """Draw the page of the address, or the sign-in page for a visitor without access."""
    st.set_page_config(page_title=page_links.TITLE, page_icon=shell.ICON, layout="wide", initial_sidebar_state=264)
    is_blocked = sign_in_page.is_blocked()
    if run_context := get_script_run_ctx():
        upload_guard.record(run_context.session_id, has_access=not is_blocked)
    if is_blocked:
        with sign_in_page.errors():
            sign_in_page.show()
    else:
        _run_page()


def _run_page() -> None:
    st.set_option("client.showSidebarNavigation", True)  # if app.py is the page script, its own call comes later
    links = [link for link in page_links.ALL if visitor.current().is_admin or not link.is_for_admins]
    sections = groupby(links, key=lambda link: link.section)
    pages = {section: [_page(link) for link in group] for section, group in sections}
    hidden_first = st.Page(
        _redirect_to_first, title=page_links.FIRST.title, url_path=page_links.FIRST.url_path, visibility="hidden"
    )
    page = st.navigation({**pages, "": [hidden_first]})
    with notices.errors_with_retry():
        session.begin()
        personal_key.restore()
        download_choice.restore()
        page_address.begin_run(page.url_path)
        drawn_state.begin(session.client().account.id)
        shell.frame(page.title)
        session.state().is_in_navigation = True
        try:
            page.run()
        finally:
            session.state().is_in_navigation = False
        notices.show_notice()
        viewer.show()
        scripts.install()
        job_list.watch()  # last: a browser that has received it has the whole page


def _page(link: PageLink) -> StreamlitPage:
    is_first = link is page_links.FIRST
    return st.Page(
        link.file,
        title=link.title,
        icon=link.icon,
        url_path="first" if is_first else link.url_path,
        default=is_first,
    )


def _redirect_to_first() -> None:
    """Redirect from the first page's name to the root address, the only one at which Streamlit serves it."""
    st.switch_page(page_links.FIRST.file)


if __name__ == "__main__":
    run()

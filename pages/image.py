"""Images, from text or from references: the form, and beside it what was made of it."""

import streamlit as st

from components import job_form, open_jobs, shell
from studio.values import Kind

shell.guard()
shell.head("Image")

page = st.container(horizontal=True, gap="medium")
with page.container(width=360, key="inputs"):
    job_form.show(Kind.IMAGE)
with page.container(width="stretch", key="results"):
    open_jobs.place(Kind.IMAGE)

"""What `streamlit run app.py` does, with the pace of tests: tasks are done at once, and pages look more often."""

import sys
from unittest.mock import patch

from streamlit.web.cli import main

from components.cards import job_list
from tests import pace

if __name__ == "__main__":
    with pace.quick(), patch.multiple(job_list, POLL_SECONDS=1.0, IDLE_SECONDS=5.0):
        main(["run", *sys.argv[1:]])

"""What `streamlit run app.py` does, with the pace of tests: tasks are done at once, and pages look more often."""

import sys
from unittest.mock import patch

from streamlit.web.cli import main

from components.cards import job_list
from components.parts import notices
from tests import pace

if __name__ == "__main__":
    looks = patch.multiple(job_list, POLL_SECONDS=1.0, IDLE_SECONDS=5.0)
    with pace.quick(), looks, patch.object(notices, "RETRY_SECONDS", 1.0):
        main(["run", *sys.argv[1:]])

"""The studio without a screen: jobs, tasks, ledger, archive and the WeryAI client."""

__version__ = "0.9.0"  # its one place: the sidebar, the support bundle and `--version` show it

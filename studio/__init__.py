"""The studio without a screen: jobs, tasks, ledger, archive and the WeryAI client."""

__version__ = "0.9.0"  # the only place of the version: the sidebar, the support bundle and `--version` show it

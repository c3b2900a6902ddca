"""The studio without a screen: jobs, tasks, ledger, archive and the WeryAI client."""

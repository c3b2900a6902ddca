"""The ledger: the database of jobs, calls, costs and people. SQLite by default, PostgreSQL by its URL."""

"""The ledger: what was asked, what came back, what it cost. SQLite by default, PostgreSQL by its URL."""

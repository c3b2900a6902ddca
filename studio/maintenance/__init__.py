"""Keeps the data in order: backup, verification, fetching lost files again, removing old rows."""

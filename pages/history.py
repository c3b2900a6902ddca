"""The call history: every request to the API, found by its ids, shown whole."""

from components import call_table, shell

shell.guard()
shell.head("Call history")

call_table.show()

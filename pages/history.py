"""The call history: every request to the API, found by its ids, shown whole."""

from components import call_table, shell, webhook_note

shell.guard()
shell.head("Call history")

call_table.show()
webhook_note.show()

"""The call history: every request to the API, found by its ids, shown whole."""

from components import shell, webhook_note
from components.history import page

shell.guard()
shell.head("Call history")

page.show()
webhook_note.show()

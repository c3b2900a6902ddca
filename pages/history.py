"""The call history: every request to the API, found by its ids, shown whole."""

from components import shell, webhook_note
from components.history import page

shell.guard()
page.show(shell.head("Call history"))
webhook_note.show()

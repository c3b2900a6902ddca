"""The call history: every request to the API, with search and all details."""

from components.frame import shell
from components.guard import guard
from components.history import page, webhook_note

guard()
page.show(shell.head("Call history"))
webhook_note.show()

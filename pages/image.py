"""Images, from text or from references: the form, and beside it what was made of it."""

from components import creation_page
from components.frame import shell
from components.guard import guard
from studio.core.values import Kind

guard()
shell.head("Image")

creation_page.show(Kind.IMAGE)

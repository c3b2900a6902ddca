"""Images from text or references: the form, and the results beside it."""

from components import creation_page
from components.frame import shell
from components.guard import guard
from studio.core.values import Kind

guard()
shell.head("Image")

creation_page.show(Kind.IMAGE)

"""Videos from text or references: the form, and the results beside it."""

from components import creation_page
from components.frame import shell
from components.guard import guard
from studio.core.values import Kind

guard()
shell.head("Video")

creation_page.show(Kind.VIDEO)

"""Videos, from text or from references: the form, and beside it what was made of it."""

from components import make_page, shell
from studio.values import Kind

shell.guard()
shell.head("Video")

make_page.show(Kind.VIDEO)

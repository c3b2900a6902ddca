"""Every saved image and video, newest first, with filters."""

from components.frame import shell
from components.gallery import page
from components.guard import guard

guard()
page.show(shell.head("Gallery"))

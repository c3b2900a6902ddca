"""Comparisons: the same prompt by several models, side by side, with votes for the best."""

from components.compare import page
from components.frame import shell
from components.guard import guard

guard()
page.show(shell.head("Compare"))

"""For admins: what everybody spent by day, person and model, spending limits, and the actions of admins."""

from components.frame import shell
from components.guard import guard
from components.people import spending_page

guard()
shell.head("Spending")

spending_page.show()

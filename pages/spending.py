"""For admins: what everybody spent, by day, person and model, and what admins removed."""

from components import shell
from components.people import spending

shell.guard()
shell.head("Spending")

spending.show()

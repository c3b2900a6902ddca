"""For admins: what everybody spent, by day, person and model, its limits, and what admins did."""

from components import shell
from components.people import spending

shell.guard()
shell.head("Spending")

spending.show()

"""The call history: filters, numbers, rows, and one job or one call whole."""

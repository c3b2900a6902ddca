"""The call history: filters, numbers, rows, and the details of a job or a call."""

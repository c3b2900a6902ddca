"""The form of a page: its fields, the model, the references, and what is kept of it between reruns."""

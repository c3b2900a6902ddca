"""A local WeryAI for development: the same HTTP API, real images and videos, no credits. `python -m sandbox`."""

"""A WeryAI of your own: the same HTTP API, real pictures and clips, no credits. `python -m sandbox --port N`."""

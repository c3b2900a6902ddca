"""One job on a page: its card, its results, and what can be done with it."""

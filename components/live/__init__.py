"""How an open page follows changes: its tab gets a message, and redraws only what changed."""

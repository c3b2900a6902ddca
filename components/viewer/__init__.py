"""The viewer: one result large, with its facts and what can be done with it."""

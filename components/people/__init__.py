"""Who looks at a page: the door, the sign-in, a key of one's own, whose jobs are shown, and what was spent."""

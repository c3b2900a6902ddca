"""Pages and parts about people: the sign-in page, the choice of whose jobs are shown, and what was spent."""

"""Jobs on a page: their cards and lists, their results, and what can be done with them."""

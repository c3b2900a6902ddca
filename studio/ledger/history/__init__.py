"""The queries of the history: lists, search, filters, counts, sums and groups of errors."""

"""The gallery: every saved output, found by filters, in a grid that loads only what is seen."""

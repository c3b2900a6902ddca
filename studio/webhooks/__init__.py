"""Calls of WeryAI to the studio: their addresses, and what is made of them."""

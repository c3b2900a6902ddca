"""Compares a WeryAI service with what is documented of it: `make check-live`."""

"""Compares a WeryAI service with its documentation: `make check-live`."""

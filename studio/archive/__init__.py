"""Stores, checks and returns the files of outputs and references."""

"""Finds out what a file is by its content, in limited memory and time, and prepares it as a reference."""

"""What is in a file that somebody gives: looked into, bounded, kept as a reference."""

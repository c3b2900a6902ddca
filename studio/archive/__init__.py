"""Where the bytes are kept, checked, and brought back from."""

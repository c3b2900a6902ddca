"""Numbers as people write them."""


def size_in_words(count: int) -> str:
    """A number of bytes in words: 640 KB, 5.6 MB."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} KB"


def credits(amount: float) -> str:
    """A number of credits as people write it: 1,000 or 0.5."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".")

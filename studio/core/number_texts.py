"""Numbers as text for people."""


def size_in_words(count: int) -> str:
    """Return a number of bytes as text: 640 KB, 5.6 MB."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} KB"


def credits(amount: float) -> str:
    """Return a number of credits as text: 1,000 or 0.5."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".")

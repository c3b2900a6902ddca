"""What is written down of a request: no key, no signature, no more than 64 KB."""

from hypothesis import given
from hypothesis import strategies as some

from studio.weryai import redaction

SECRET = "sk-abcdef0123456789"


def test_secret_headers_are_removed_whatever_their_case() -> None:
    kept = redaction.headers({"AUTHORIZATION": f"Bearer {SECRET}", "Set-Cookie": "a=b", "Date": "today"}, SECRET)
    assert kept == {"AUTHORIZATION": "[removed]", "Set-Cookie": "[removed]", "Date": "today"}


@given(some.text(), some.text())
def test_the_key_is_removed_wherever_it_stands(before: str, after: str) -> None:
    assert SECRET not in redaction.text(before + SECRET + after, SECRET)


def test_another_key_is_removed_too() -> None:
    assert "sk-ffff" not in redaction.text("he sent sk-ffff0000eeee1111", SECRET)


def test_signed_parts_of_urls_are_removed_and_the_rest_stays() -> None:
    address = "https://cdn.weryai.com/a/b.png?size=2&X-Amz-Signature=abc&token=def"
    kept = redaction.text(f'{{"url": "{address}"}}', SECRET)
    assert "abc" not in kept and "def" not in kept
    assert "https://cdn.weryai.com/a/b.png?size=2" in kept


def test_a_password_in_an_address_is_removed() -> None:
    assert redaction.url("https://me:secret@host/x#part") == "https://host/x"


def test_a_long_body_is_cut_and_says_so() -> None:
    kept = redaction.cut("ä" * 40_000)
    assert len(kept.encode()) < redaction.LIMIT + 100
    assert kept.endswith("[cut: 14,464 of 80,000 bytes]")
    assert redaction.cut("short") == "short"

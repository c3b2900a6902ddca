"""What is written down of a request: no key, no signature, no more than 64 KB."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as some

from studio.core import redaction

SECRET = "sk-abcdef0123456789"


def test_secret_headers_are_removed_whatever_their_case() -> None:
    kept = redaction.headers({"AUTHORIZATION": f"Bearer {SECRET}", "Set-Cookie": "a=b", "Date": "today"}, SECRET)
    assert kept == {"AUTHORIZATION": "[removed]", "Set-Cookie": "[removed]", "Date": "today"}


@given(some.text(), some.text())
def test_the_key_is_removed_wherever_it_stands(before: str, after: str) -> None:
    assert SECRET not in redaction.text(before + SECRET + after, SECRET)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (SECRET, True),
        (f"Two hills {SECRET}, please", True),
        (f"https://x/y?key={SECRET}", True),
        ("a desk-organizer2000 on a task-oriented1 desk", False),
        ("sk-8 the skater", False),
        ("sk-" + "a" * 40, False),  # no figure: more likely words
        ("sk-" * 100_000, False),
    ],
)
def test_a_key_in_a_text_is_seen(text: str, holds: bool) -> None:
    assert redaction.holds_key(text) is holds


def test_another_key_is_removed_too() -> None:
    assert "sk-ffff" not in redaction.text("he sent sk-ffff0000eeee1111", SECRET)


def test_signed_parts_of_urls_are_removed_and_the_rest_stays() -> None:
    address = "https://cdn.weryai.com/a/b.png?size=2&X-Amz-Signature=abc&token=def"
    kept = redaction.text(f'{{"url": "{address}"}}', SECRET)
    assert "abc" not in kept and "def" not in kept
    assert "https://cdn.weryai.com/a/b.png?size=2" in kept


def test_a_password_in_an_address_is_removed() -> None:
    assert redaction.url("https://me:secret@host/x#part") == "https://host/x"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("at https://me:hush@host/x, twice", "at https://host/x, twice"),
        ("https://me:hush@host/x?size=2", "https://host/x?size=2"),
        ("a,http://a.example/x,http://me:hu@hush@host", "a,http://a.example/x,http://host"),
        ("postgresql://me:hush@host/x", "postgresql://host/x"),
        ('{"to": "https://host/x#access_token=hush&n=1"}', '{"to": "https://host/x"}'),
        ("see https://host/@me/x#part or mail me@host", "see https://host/@me/x#part or mail me@host"),
    ],
)
def test_a_password_and_a_token_of_an_address_in_a_text_are_removed_and_the_rest_stays(said: str, kept: str) -> None:
    assert redaction.text(said, SECRET) == kept


def test_a_long_body_is_cut_and_says_so() -> None:
    kept = redaction.cut("ä" * 40_000)
    assert len(kept.encode()) < redaction.LIMIT + 100
    assert kept.endswith("[cut: 14,464 of 80,000 bytes]")
    assert redaction.cut("short") == "short"


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "http://",
        "https://a",
        "sk-",
        "/webhooks/weryai/",
        "http://a?",
        "http://a?b&",
        "sk-a.",
        "http://a@",
        "://a",
        "http://a#",
    ],
)
def test_a_body_that_is_made_to_take_long_is_read_in_one_go(piece: str) -> None:
    """Two megabytes of it, in a process that is given up after a while: the time of a square would be hours."""
    read = f"from studio.core import redaction; redaction.text({piece!r} * (2_000_000 // len({piece!r})), 'sk-')"
    subprocess.run([sys.executable, "-c", read], check=True, timeout=30)


def test_a_body_far_over_the_limit_is_cut_before_it_is_read_and_shows_no_half_of_a_key() -> None:
    for before in range(redaction.LIMIT - 40, redaction.LIMIT + redaction.MARGIN + 40, 7):
        kept = redaction.kept(" " * before + SECRET + " " * 200_000, SECRET)
        assert "sk-" not in kept and len(kept.encode()) < redaction.LIMIT + 100
    assert kept.endswith(f"of {before + len(SECRET) + 200_000:,} bytes]")


@pytest.mark.parametrize("seen", range(3, len(SECRET)))
def test_no_half_of_a_key_is_shown_when_signatures_before_it_made_the_text_shorter(seen: int) -> None:
    """What is taken out makes room, in which what stood beyond the limit would come to stand."""
    signed, before = f"https://cdn.weryai.com/a.png?sig={'f' * 500} ", redaction.LIMIT + redaction.MARGIN - seen
    addresses = signed * (before // len(signed))
    kept = redaction.kept(addresses.ljust(before) + SECRET + " " * 100_000, SECRET)
    assert "sk-" not in kept and "fff" not in kept and "[cut: " in kept


def test_a_short_body_is_kept_whole() -> None:
    assert redaction.kept(f"Bearer {SECRET}!", SECRET) == "Bearer [removed]!"

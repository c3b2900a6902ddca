"""What the vendor's free texts speak of; nothing that only looks like it."""

import pytest

from studio.weryai import messages


@pytest.mark.parametrize(
    "said",
    [
        *("Content moderation failed", "Image asset audit not passed", "Rejected due to copyright restrictions"),
        *("The prompt contains sensitive words", "content review failed", "This content is not allowed"),
        *("The request was flagged for its content", "内容审核未通过", "提示词包含敏感词", "涉嫌违规"),
        'The prompt "two hills" did not pass moderation',
    ],
)
def test_the_words_of_a_content_check_are_known(said: str) -> None:
    assert messages.is_about_content(said)


@pytest.mark.parametrize(
    "said",
    [
        *("", "timeout", "A simulated failure, credits returned", "internal error", "content generation failed"),
        *("Content-Type must be application/json", "unsupported content type", "content cannot be empty"),
        *("file content does not match the extension or is unsupported", "unknown field content_filter"),
        *("model names are case-sensitive", "model names are case sensitive", "please review your parameters"),
        *("review_level is not supported", "audit cannot be empty", "prompt length cannot exceed 2000: an audit"),
        *('prompt "a content moderation team" is wrong', "prompt “内容审核” is wrong", "prompt 'an audit' is wrong"),
        *("parameter check failed: content is null", "Request rejected: file content is empty"),
        *("bypass of content cache failed", "image review timed out", "param check error\ncontent too long"),
        "内容长度过长",
    ],
)
def test_what_only_looks_like_a_content_check_is_none(said: str) -> None:
    assert not messages.is_about_content(said)


def test_an_apostrophe_is_no_quotation() -> None:
    assert messages.is_about_content("It didn't pass moderation, so the image isn't made")


def test_of_what_was_typed_only_a_longer_text_is_taken_out() -> None:
    """A short prompt may be a word of the message."""
    assert messages.is_about_content("Content moderation failed", ["moderation"])
    typed = "a painting of an audit, with copyright signs"
    assert not messages.is_about_content(f"Could not draw {typed}", [typed])
    assert messages.is_about_content(f"Could not draw {typed}: moderation", [typed])

"""Settings and keys: what is taken, and with which sentence the rest is refused."""

import pytest

from components.parts.markdown import escape
from studio.core import settings
from studio.core.errors import SettingsError


def test_nothing_set_is_the_sandbox_and_this_machine() -> None:
    given = settings.read({})
    assert given.api_key == ""
    assert given.database_url.startswith("sqlite:///") and given.archive_url.startswith("file:///")
    assert given.kept_here_only


def test_what_is_set_is_taken_and_the_key_is_in_no_text() -> None:
    given = settings.read(
        {"WERYAI_API_KEY": " sk-abcd1234 \n", "DATABASE_URL": "postgresql://x/y", "ARCHIVE_URL": "s3://b"}
    )
    assert given.api_key == "sk-abcd1234"
    assert not given.kept_here_only
    assert "abcd1234" not in repr(given)


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert settings.read({"WERYAI_BASE_URL": " "}).base_url == settings.WERYAI


@pytest.mark.parametrize("name", ["WERYAI_BASE_URL", "WERYAI_MODELS_BASE_URL", "PUBLIC_URL"])
@pytest.mark.parametrize(
    "address",
    [
        *("api.weryai.com", "ftp://x", "htp://x", "https://", "https://me:s3cret@host", "https://@host"),
        *("https://host:99999", "https://host:0", "https://host:port", "https://[::1", "https://ho st"),
        *("https://host/?key=s3cret", "https://host/#part", "https://höst", "https://host/v1", "https://host/v1/"),
    ],
)
def test_a_base_url_that_is_none_is_named_and_not_repeated(name: str, address: str) -> None:
    with pytest.raises(SettingsError, match=name) as raised:
        settings.read({name: address})
    assert "s3cret" not in raised.value.message + raised.value.hint


def test_webhooks_are_off_until_a_public_address_is_set() -> None:
    assert settings.read({}).public_url == ""
    assert settings.read({"PUBLIC_URL": "https://host/studio/"}).public_url == "https://host/studio"


@pytest.mark.parametrize("name", ["WERYAI_BASE_URL", "WERYAI_MODELS_BASE_URL", "PUBLIC_URL"])
def test_what_is_said_of_an_address_can_be_copied_as_it_is(name: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings.read({name: "ftp://x"})
    assert "\u200b" not in escape(f"{raised.value.message} {raised.value.hint}")


@pytest.mark.parametrize("address", ["http://[::1]:8555", "https://proxy.example/weryai", "http://127.0.0.1:8555/"])
def test_a_base_url_may_have_a_path_and_be_any_host(address: str) -> None:
    assert settings.read({"WERYAI_BASE_URL": address}).base_url == address.rstrip("/")


def test_the_size_of_an_output_is_limited_in_megabytes() -> None:
    assert settings.read({}).output_limit == 2_048_000_000
    assert settings.read({"OUTPUT_LIMIT_MB": " 5 "}).output_limit == 5_000_000


@pytest.mark.parametrize("text", ["0", "-1", "2.5", "2 GB", "none", "1e3", "٣", "9" * 12])
def test_a_limit_that_is_none_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="OUTPUT_LIMIT_MB"):
        settings.read({"OUTPUT_LIMIT_MB": text})


@pytest.mark.parametrize("key", ["", "  ", "hello", "sk-a b", "sk-a\nb", "sk-ä", "Bearer sk-abc", "sk-" + "x" * 500])
def test_a_key_that_cannot_be_one_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings.check_key(key)
    assert not key.strip() or key not in raised.value.message + raised.value.hint


@pytest.mark.parametrize("key", ["sk-ant-api03-0123456789", "sk-proj-0123456789", "sk-or-v1-0123456789"])
def test_another_vendors_key_is_told_and_never_sent(key: str) -> None:
    with pytest.raises(SettingsError, match=r"not from WeryAI\. It was not sent") as raised:
        settings.check_key(key)
    assert key not in raised.value.message + raised.value.hint


def test_a_key_is_taken_without_the_line_break_that_was_copied_with_it() -> None:
    assert settings.check_key(" sk-0123456789\r\n") == "sk-0123456789"


@pytest.mark.parametrize(
    "typed",
    [
        *('"{}"', "'{}'", "\u201c{}\u201d", "\u201e{}\u201c", "\u00ab{}\u00bb", "`{}`", ' " {} " ', "\ufeff{}\u200b"),
        *("Bearer {}", "bearer  {}", '"Bearer {}"', 'Bearer "{}"', "Authorization: Bearer {}"),
    ],
)
def test_a_key_is_taken_as_it_is_meant(typed: str) -> None:
    given = typed.format("sk-0123456789")
    assert settings.check_key(given) == "sk-0123456789"
    assert settings.read({"WERYAI_API_KEY": given}).api_key == "sk-0123456789"


def test_a_setting_in_quotes_is_taken_without_them() -> None:
    given = settings.read({"WERYAI_BASE_URL": '"https://proxy.example"', "OUTPUT_LIMIT_MB": "'5'"})
    assert (given.base_url, given.output_limit) == ("https://proxy.example", 5_000_000)


@pytest.mark.parametrize("key", ["hello", "sk-", "sk-ant-api03-0123456789", "sk-a b c d e f"])
def test_a_team_key_that_cannot_be_used_names_its_variable(key: str) -> None:
    with pytest.raises(SettingsError, match=r"^WERYAI_API_KEY cannot be used\. ") as raised:
        settings.read({"WERYAI_API_KEY": key})
    assert key == "sk-" or key not in raised.value.message + raised.value.hint

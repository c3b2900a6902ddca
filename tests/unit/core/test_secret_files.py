"""Secrets that are there and not understood: the line is named, and nothing of what stands in it."""

import codecs
import re
from pathlib import Path

import pytest

from studio.core import secret_files, settings
from studio.core.errors import SettingsError

KEY = "sk-s3cret-0123456789"
LINE = f'WERYAI_API_KEY = "{KEY}"\n'


def read(tmp_path: Path, content: bytes | str, **environment: str) -> dict[str, str]:
    file = tmp_path / "secrets.toml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return secret_files.exported(secret_files.read([file, tmp_path / "none.toml"], settings.NAMES, environment))


def problem(tmp_path: Path, content: bytes | str, **environment: str) -> str:
    with pytest.raises(SettingsError) as raised:
        read(tmp_path, content, **environment)
    said = f"{raised.value.message} {raised.value.hint}"
    assert "s3cret" not in said and raised.value.__cause__ is None
    return said.replace(str(tmp_path / "secrets.toml"), "FILE")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"A = 1\nWERYAI_API_KEY = {KEY}\n", "FILE, line 2 (WERYAI_API_KEY): not valid TOML. Write it like WERYAI_API"),
        (f"WERYAI_API_KEY = \u201c{KEY}\u201d", "FILE, line 1 (WERYAI_API_KEY): curly quotes. Write it like"),
        (f'A = 1\n\n{KEY}\nB = "x"', "FILE, line 3: not valid TOML. Write it like NAME"),
        (f'WERYAI_API_KEY = "{KEY}', "FILE, line 1 (WERYAI_API_KEY): not valid TOML."),
        (f"WERYAI_API_KEY: {KEY}\n", "FILE, line 1: not valid TOML."),
        (LINE + LINE, "FILE, line 2 (WERYAI_API_KEY): the same name is above already. Remove one of the two, then"),
        (f"[access]\n{LINE}[access]\n", "FILE, line 3: the same name is above already."),
        (f'access.a = 1\naccess = "{KEY}"', "FILE, line 2 (access): the same name is above already."),
        (f'access = {{ a = "{KEY}", a = 1 }}', "FILE, line 1 (access): the same name is above already."),
        (codecs.BOM_UTF8 + LINE.encode(), "FILE, line 1: it begins with a byte order mark. Save the file as UTF-8"),
        (LINE.encode("utf-16"), "FILE, line 1: it begins with a byte order mark."),
        (f'A = 1\nB = "\u201c{KEY}"'.encode("cp1252"), "FILE, line 2: not UTF-8."),
    ],
)
def test_a_line_that_is_not_understood_is_named(tmp_path: Path, content: bytes | str, said: str) -> None:
    assert problem(tmp_path, content).startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            f"[general]\n{LINE}",
            "FILE, line 2 (WERYAI_API_KEY): it is in [general], where it has no effect. Move it above",
        ),
        (f"# {LINE}[access]\n\n{LINE}", "FILE, line 4 (WERYAI_API_KEY): it is in [access], where it has no effect."),
        (f"[a]\nb = 1\n[a.c]\n{LINE}", "FILE, line 4 (WERYAI_API_KEY): it is in [a.c], where it has no effect."),
        (f'{LINE}[auth]\nx = 1\nDATABASE_URL = "x"', "FILE, line 4 (DATABASE_URL): it is in [auth], where it has no"),
        (f"A = 1\naccess.{LINE}", "FILE, line 2 (WERYAI_API_KEY): it is in [access], where it has no effect."),
        (f'access = {{ WERYAI_API_KEY = "{KEY}" }}', "FILE, line 1 (WERYAI_API_KEY): it is in [access], where it has"),
        (f"[[access]]\na = 1\n[[access]]\n{LINE}", "FILE, line 4 (WERYAI_API_KEY): it is in [access], where it has"),
        (f'a = [\n  1,\n  {{ WERYAI_API_KEY = "{KEY}" }},\n]', "FILE, line 3 (WERYAI_API_KEY): it is in [a], where"),
        (f'[a]\nb = """\n{LINE}"""\n{LINE}', "FILE, line 5 (WERYAI_API_KEY): it is in [a], where it has no effect."),
        (f'[a]\n"WERYAI_API_KEY" = "{KEY}"', "FILE, line 2 (WERYAI_API_KEY): it is in [a], where it has no effect."),
        (f'[a]\n"WERYAI\\u005fAPI_KEY" = "{KEY}"', "FILE (WERYAI_API_KEY): it is in [a], where it has no effect."),
        (f"[{KEY}]\n{LINE}", "FILE, line 2 (WERYAI_API_KEY): it is in [[removed]], where it has no effect."),
        (
            "A = 1\nSPEND_WITHOUT_SIGN_IN = true",
            "FILE, line 2 (SPEND_WITHOUT_SIGN_IN): not a text. Write it like SPEND",
        ),
        (f'[WERYAI_API_KEY]\nvalue = "{KEY}"', "FILE, line 1 (WERYAI_API_KEY): not a text. Write it like WERYAI_API"),
        (f'WERYAI_API_KEY.value = "{KEY}"', "FILE, line 1 (WERYAI_API_KEY): not a text. Write it like WERYAI_API_KEY"),
        ("HISTORY_DAYS = 2026-11-01", "FILE, line 1 (HISTORY_DAYS): not a text. Write it like HISTORY_DAYS"),
    ],
)
def test_a_setting_that_would_be_ignored_is_named(tmp_path: Path, content: str, said: str) -> None:
    assert problem(tmp_path, content).startswith(said)


def test_a_setting_that_also_stands_where_it_has_effect_is_no_problem(tmp_path: Path) -> None:
    below = f'[general]\n{LINE}OTHER = "x"\n'
    assert read(tmp_path, below, WERYAI_API_KEY="sk-other") == {}
    assert read(tmp_path, LINE + below) == {"WERYAI_API_KEY": KEY}


def test_a_setting_is_named_in_the_file_that_it_is_in(tmp_path: Path) -> None:
    """A section of the other file takes the place of one of the same name."""
    first, last = tmp_path / "first.toml", tmp_path / "last.toml"
    first.write_text(f"[general]\n{LINE}")
    last.write_text("A = 1\n[general]\nb = 2\n")
    with pytest.raises(SettingsError, match=r"first\.toml, line 2 \(WERYAI_API_KEY\)"):
        secret_files.read([first, last], settings.NAMES, {})
    last.write_text(LINE)
    assert secret_files.read([first, last], settings.NAMES, {})["WERYAI_API_KEY"] == KEY


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").mkdir()
    with pytest.raises(SettingsError, match=r"secrets\.toml cannot be read"):
        secret_files.read([tmp_path / "secrets.toml"], settings.NAMES, {})


def test_every_setting_is_known_by_its_name() -> None:
    """docs/deploy.md lists them all, the README those that are used most."""
    every, most_used = (described(file) for file in ("docs/deploy.md", "README.md"))
    assert every == set(settings.NAMES) and most_used and most_used < every


def described(file: str) -> set[str]:
    """The settings in the table of a document's chapter on them."""
    text = (Path(__file__).parents[3] / file).read_text("utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)`", text.partition("\n## Settings\n")[2].partition("\n## ")[0], re.MULTILINE))

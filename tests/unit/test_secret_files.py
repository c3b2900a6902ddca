"""Secrets that are there and not understood: the line is named, and nothing of what stands in it."""

import codecs
import re
from pathlib import Path

import pytest

from studio import secret_files, settings
from studio.errors import SettingsError

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
        (LINE + LINE, "FILE, line 2 (WERYAI_API_KEY): not valid TOML."),
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
        (f"[general]\n{LINE}", "WERYAI_API_KEY in FILE is below [general], where it has no effect. Move it above"),
        (f"[a]\nb = 1\n[a.c]\n{LINE}", "WERYAI_API_KEY in FILE is below [a.c], where it has no effect."),
        (f'{LINE}[auth]\nx = 1\nDATABASE_URL = "x"', "DATABASE_URL in FILE is below [auth], where it has no effect."),
        ("SPEND_WITHOUT_SIGN_IN = true", "SPEND_WITHOUT_SIGN_IN in FILE is not a text. Write it like"),
    ],
)
def test_a_setting_that_would_be_ignored_is_named(tmp_path: Path, content: str, said: str) -> None:
    assert problem(tmp_path, content).startswith(said)


def test_a_setting_that_also_stands_where_it_has_effect_is_no_problem(tmp_path: Path) -> None:
    below = f'[general]\n{LINE}OTHER = "x"\n'
    assert read(tmp_path, below, WERYAI_API_KEY="sk-other") == {}
    assert read(tmp_path, LINE + below) == {"WERYAI_API_KEY": KEY}


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").mkdir()
    with pytest.raises(SettingsError, match=r"secrets\.toml cannot be read"):
        secret_files.read([tmp_path / "secrets.toml"], settings.NAMES, {})


def test_every_setting_is_known_by_its_name() -> None:
    readme = (
        (Path(__file__).parents[2] / "README.md").read_text("utf-8").partition("## Settings")[2].partition("###")[0]
    )
    assert set(re.findall(r"^\| `([A-Z_]+)`", readme, re.MULTILINE)) == set(settings.NAMES)

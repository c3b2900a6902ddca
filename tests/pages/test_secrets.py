"""A file of secrets that is there and not understood: every page names the line, and nothing at all is made."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import config
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest

from components.session import services, sign_in_settings
from studio.core.errors import SettingsError
from tests.pages.driving import ROOT, checked, texts

KEY = "sk-s3cret-0123456789"
BROKEN = f'DATABASE_URL = ""\nWERYAI_API_KEY = {KEY}\n'
LINE = f'WERYAI_API_KEY = "{KEY}"\n'
BELOW, AUTH, LIST = f"[general]\n{LINE}", '[auth]\nclient_id = "a"\n', '[access]\nemails = ["anna@team.example"]\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the secrets are, and a data folder that is not there yet."""
    file, options = tmp_path / "secrets.toml", config.get_option

    def get_option(name: str) -> Any:
        return [str(file)] if name == "secrets.files" else "127.0.0.1" if name == "server.address" else options(name)

    monkeypatch.setattr(Secrets, "_maybe_install_file_watchers", lambda self: None)
    monkeypatch.setattr(config, "get_option", get_option)
    monkeypatch.setattr("streamlit.get_option", get_option)
    monkeypatch.setattr("streamlit.secrets", Secrets())
    monkeypatch.setattr(type(st.context), "headers", {"Host": "127.0.0.1:8501"})
    monkeypatch.setattr(services.host, "start_sandbox", lambda _folder: pytest.fail("a sandbox was started"))
    for name in ("WERYAI_API_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path / "data"))
    services.shared.clear()
    yield file
    services.stop()
    sign_in_settings.forget()
    monkeypatch.delenv("WERYAI_API_KEY", raising=False)  # a file that was mended has set it


@pytest.mark.parametrize("page", ["components/navigation.py", "pages/video.py", "pages/history.py"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BROKEN.encode(), "secrets.toml, line 2 (WERYAI_API_KEY): not valid TOML."),
        (b"\xef\xbb\xbf" + BELOW.encode(), "secrets.toml, line 1: it begins with a byte order mark."),
        (f'A = "\u201c{KEY}"'.encode("cp1252"), "secrets.toml, line 1: not UTF-8."),
        (BELOW.encode(), "secrets.toml, line 2 (WERYAI_API_KEY): it is in [general], where it has no effect."),
        ((LIST + LINE).encode(), "secrets.toml, line 3 (WERYAI_API_KEY): it is in [access], where it has no effect."),
        ((AUTH + LINE).encode(), "secrets.toml, line 3 (WERYAI_API_KEY): it is in [auth], where it has no effect."),
        ((AUTH + LIST + LINE).encode(), "secrets.toml, line 5 (WERYAI_API_KEY): it is in [access], where it has"),
    ],
)
def test_every_page_names_what_is_not_understood_and_nothing_is_made(
    file: Path, page: str, content: bytes, said: str
) -> None:
    file.write_bytes(content)
    at = checked(AppTest.from_file(str(ROOT / page), default_timeout=60).run())
    shown = " ".join(one.value for one in at.error).replace("\\", "")
    assert said in shown and "reload this page" in shown
    assert "s3cret" not in shown + texts(at) and "Prompt" not in texts(at)
    with pytest.raises(SettingsError):
        asyncio.run(services.catch_up())
    assert [one.name for one in file.parent.iterdir()] == ["secrets.toml"]


def test_a_file_that_was_mended_is_read_without_a_restart(file: Path) -> None:
    file.write_text(BROKEN)
    with pytest.raises(SettingsError):
        services.shared()
    file.write_text(f'WERYAI_API_KEY = "{KEY}"\nWERYAI_BASE_URL = "http://127.0.0.1:1"\n')
    assert services.shared().settings.api_key == KEY

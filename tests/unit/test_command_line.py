"""`python -m studio`: what it says, its exit codes, and where its settings come from."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from studio import __version__
from studio.__main__ import main
from studio.archive.archive import Archive
from studio.core import settings
from studio.core.errors import SettingsError
from studio.core.values import Kind, State, Status
from studio.ledger.ledger import open_ledger
from studio.ledger.reports import TaskAnswer
from tests.examples import JOB, WHEN
from tests.unit.archive.archived import OUTPUT, PICTURE, gives

ROOT = Path(__file__).resolve().parent.parent.parent


Says = Callable[..., tuple[int, str]]


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Says:
    """Run a command with a data folder; returns its exit code and all it said."""
    for name in ("WERYAI_API_KEY", "DATABASE_URL", "ARCHIVE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["studio", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = "".join(capsys.readouterr())
        return (ended.value.code, said) if isinstance(ended.value.code, int) else (1, said + str(ended.value.code))

    return run


def fill(folder: Path) -> str:
    """A finished job with its picture, in a data folder; returns the file's name."""
    ledger = open_ledger(f"sqlite:///{folder / 'studio.db'}")
    ledger.jobs.add(replace(JOB, state=State.UNCONFIRMED))
    ledger.jobs.accept(JOB, "b", ["t1"], WHEN)
    job = ledger.jobs.get(JOB.id)
    assert job
    links = [(Kind.IMAGE, "https://x/1.png")]
    ledger.jobs.report(job.id, [TaskAnswer(job.tasks[0].id, Status.SUCCEEDED, links=links)], WHEN)
    archive = Archive((folder / "archive").as_uri())
    saved = archive.save(JOB, replace(OUTPUT, id=1), gives(PICTURE))
    archive.make_preview(saved.key, "preview.webp")
    ledger.jobs.change_output(1, **asdict(saved), preview="preview.webp")
    ledger.close()
    return saved.key


def test_the_three_commands_say_what_they_did_and_how_it_ended(says: Says, tmp_path: Path) -> None:
    key, kept = fill(tmp_path), str(tmp_path / "kept")
    code, said = says("verify")
    assert code == 0 and said.startswith(f"Checked 1 file ({len(PICTURE):,} bytes): 0 fetched again"), said
    code, said = says("backup", kept)
    assert code == 0 and "2 files copied" in said and "0 failed." in said
    (tmp_path / "archive" / key).write_bytes(PICTURE[:-1])
    code, said = says("verify")
    assert code == 1 and f"job_1 (hills): {key} was damaged" in said and "other than WERYAI_API_KEY" in said, said
    code, said = says("restore", kept)
    assert code == 0 and said.startswith("Restored the backup of 20"), said
    assert says("verify")[0] == 0
    code, said = says("restore", "none")
    assert (code, said) == (1, f"There is no backup in {tmp_path / 'none'}. Make one with python -m studio backup.")
    assert says()[0] == 2


def test_it_says_its_version(says: Says) -> None:
    assert says("--version") == (0, f"WeryAI Studio {__version__}\n")


@pytest.mark.slow
def test_it_is_run_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "studio", "restore", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.partition(".")[0]) == (1, f"There is no backup in {tmp_path}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a project without secrets yet, and nothing set."""
    for name in ("home", "project"):
        (tmp_path / name / ".streamlit").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATA_FOLDER", "from the environment")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path


def test_settings_are_those_of_the_pages(home: Path) -> None:
    (home / "home" / ".streamlit" / "secrets.toml").write_text('DATABASE_URL = "home"\nARCHIVE_URL = "home"\n')
    assert settings.environment()["DATA_FOLDER"] == "from the environment"
    (home / "project" / ".streamlit" / "secrets.toml").write_text(
        'ARCHIVE_URL = "project"\nDATA_FOLDER = "secret"\nPORT = 1\nSURE = true\n[auth]\nPATH = "x"\n'
    )
    found = settings.environment()
    assert (found["DATABASE_URL"], found["ARCHIVE_URL"], found["DATA_FOLDER"]) == ("home", "project", "secret")
    assert found["PORT"] == "1" and "SURE" not in found and found["PATH"] == os.environ["PATH"]


def test_secrets_that_cannot_be_read_are_named_and_not_repeated(home: Path) -> None:
    (home / "project" / ".streamlit" / "secrets.toml").write_text('WERYAI_API_KEY = sk-s3cret"')
    with pytest.raises(SettingsError, match=r"secrets\.toml, line 1 \(WERYAI_API_KEY\)") as raised:
        settings.environment()
    assert "s3cret" not in raised.value.message

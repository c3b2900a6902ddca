"""Files of the project that say the same thing agree: the version and its changes, the checks and the hooks."""

import re
from pathlib import Path

from studio import __version__

ROOT = Path(__file__).parents[3]


def found(pattern: str, file: str) -> list[str]:
    """What the pattern's group finds in a file of the project."""
    return re.findall(pattern, (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_the_newest_entry_of_the_changelog_is_of_this_version() -> None:
    entries = found(r"^## \[([^]]+)\] - \d{4}-\d\d-\d\d$", "CHANGELOG.md")
    assert entries[0] == __version__ and len(set(entries)) == len(entries)


def test_the_hooks_before_a_commit_run_what_make_check_runs() -> None:
    (steps,) = found(r"^check: .*\n((?:\t.*\n)+)", "Makefile")
    assert found(r"entry: \.venv/bin/(.+)$", ".pre-commit-config.yaml") == re.findall(r"@\$\(BIN\)/(.+)", steps)

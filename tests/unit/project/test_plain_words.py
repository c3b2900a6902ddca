"""The pages speak one language: one word for one thing, and none of the words that were given up."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.parts import markdown

ROOT = Path(__file__).resolve().parents[3]
SHOWN = ("components", "pages", "studio")
BETTER = {  # what no page says, and what it says instead
    r"\bsandbox": "demo mode",
    r"\bstand-?in\b": "demo mode",
    r"\bplay\b(?! a sound)": "demo credits",
    r"\b(is|are|for) free\b|\bfree (in|of)\b": "what it costs",
    r"\badopt": "import",
    r"\bpictures?\b": "image",
    r"(?<!play a )\bsounds?\b": "audio",
    r"\b(shared|team's|team’s) key\b": "the team key",
    r"\b(brings?|brought|comes?)\b.* home\b": "recovered",
    r"(?-i:\b(task|batch|job|request) ids?\b(?! (cannot|error)))": "ID",
    r"\bwhoever\b|\bany more\b|\banew\b|\bonce more\b|\ball the same\b|\bnobody here knows\b": "plain words",
    r"\bgo(es)? on\b|\bby (itself|ourselves)\b|\bmeanwhile\b|\btake (it|them) (out|away|back)\b": "plain words",
}
NOT_SHOWN = ("sandbox; default-src 'none'",)  # a header
LOGS = ("debug", "info", "warning", "error", "exception")


def shown(source: str) -> Iterator[str]:
    """The strings of a source text that may be a sentence on a page: no docstrings, keys, or lines of the log.

    Of a script, those in it.
    """
    tree, hidden = ast.parse(source), set[ast.AST]()
    for node in ast.walk(tree):
        is_log = isinstance(node, ast.Call) and re.fullmatch(rf"log\.({'|'.join(LOGS)})", ast.unparse(node.func))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hidden.add(node.value)
        elif is_log:
            hidden |= set(ast.walk(node))
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) and node not in hidden else ""
        if isinstance(said, str) and said not in NOT_SHOWN and (" " in said or said[:1].isupper()):
            yield from re.findall(r'"(.* .*)"', said) if said.startswith("<script>") else [said]


def given_up(source: str) -> list[tuple[str, str]]:
    """Each word that was given up, in its sentence, with the better one."""
    return [(said, better) for said in shown(source) for word, better in BETTER.items() if re.search(word, said, re.I)]


@pytest.mark.parametrize("folder", SHOWN)
def test_no_page_says_a_word_that_was_given_up(folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts]
    assert files
    found = {str(file.relative_to(ROOT)): given_up(file.read_text("utf-8")) for file in files}
    assert not {file: words for file, words in found.items() if words}


def test_what_a_page_advises_can_be_copied_as_it_is() -> None:
    """Of an address that would become a link a copy has a character that nobody sees."""
    files = [file for folder in SHOWN for file in (ROOT / folder).rglob("*.py")]
    said = {one for file in files for one in shown(file.read_text("utf-8")) if "\n" not in one and "<svg" not in one}
    assert not [one for one in said if "\u200b" in markdown.escape(one, 10_000)]


@pytest.mark.parametrize(
    "source",
    [
        'st.caption("Free in the sandbox")',
        """st.text(f"{'play ' if is_demo else ''}credits")""",
        'raise StudioError("No.", hint="A stand-in answers.")',
        'st.button("Adopt")',
        'said = "Enter its task id"',
    ],
)
def test_a_word_that_was_given_up_is_seen_in_each_form(source: str) -> None:
    assert given_up(source)


def test_what_nobody_reads_may_be_called_anything() -> None:
    for source in ('"""The sandbox."""', 'session.next_submission("adopt")', 'log.info("the sandbox answers %s", 1)'):
        assert not given_up(source)

"""What documents and comments point to is there: files, headings, sources of the API's facts, names in the code."""

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from live_check import facts
from live_check.findings import Fact

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("benchmarks", "components", "docs", "live_check", "pages", "sandbox", "scripts", "studio", "tests")
DOCUMENTS = [
    file
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md", ".github/*.md")
    for file in sorted(ROOT.glob(name))
]
API, ARCHITECTURE = ROOT / "docs" / "weryai-api.md", ROOT / "docs" / "architecture.md"
LINK = re.compile(r"\]\(([^)\s]+)\)")
SOURCE = re.compile(r"\b(?:[ST]\d{1,2}|D-[a-z]+)\b")
SECTION = re.compile(r"(?:weryai-api\.md|\bsections?) (\d+(?:\.\d+)?(?:(?:, | and )\d+(?:\.\d+)?)*)")
POINTER = re.compile(rf"\.md\b|{SOURCE.pattern}|{SECTION.pattern}")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
DEFINED = re.compile(r"\b(?:def|class) (\w+)|^\s*(\w+)\b[^=(\n]*=(?!=)", re.MULTILINE)
OF_STREAMLIT = ("st.", "server.")
ENDINGS = (".py", ".md", ".js", ".json", ".css", ".toml", ".txt", ".yml")


@cache
def headings(file: Path) -> list[str]:
    """The headings of a document, without what stands in its blocks of code."""
    text = re.sub(r"^```.*?^```", "", file.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#+ (.+)$", text, re.MULTILINE)


def anchors(file: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(file)}


def leads_somewhere(place: Path, link: str) -> bool:
    """A relative link, of a document in this folder, leads to a file that is there, and to a heading of it."""
    path, _, anchor = link.partition("#")
    file = (place.parent / path).resolve() if path else place
    return file.exists() and (not anchor or anchor in anchors(file))


def quoted(file: Path) -> list[str]:
    """What stands in backticks in a document."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", file.read_text("utf-8"), flags=re.DOTALL))


def is_path(text: str) -> bool:
    """It looks like a file or a folder of the project."""
    if not re.fullmatch(r"[\w.\-/]+", text):
        return False
    return text.endswith(".py") if "/" not in text else text.partition("/")[0] in FOLDERS


def is_there(path: str) -> bool:
    return (ROOT / path).exists() if "/" in path else any(file.name == path for file in sources(".py"))


@cache
def sources(ending: str) -> list[Path]:
    """The files of the project with this ending."""
    inside = [file for folder in FOLDERS for file in (ROOT / folder).rglob(f"*{ending}")]
    return [*ROOT.glob(f"*{ending}"), *inside]


def comments(file: Path) -> Iterator[str]:
    """The comments and docstrings of a file that may point to something."""
    text = file.read_text("utf-8")
    if not POINTER.search(text):
        return
    if file.suffix != ".py":
        yield from re.findall(r"//.*|/\*.*?\*/", text, re.DOTALL if file.suffix == ".css" else 0)
        return
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    yield from (found.string for found in tokens if found.type == tokenize.COMMENT)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


@cache
def written() -> list[tuple[str, str]]:
    """Each comment of the project, with the name of its file."""
    files = [file for ending in (".py", ".js", ".css") for file in sources(ending)]
    return [(str(file.relative_to(ROOT)), text) for file in files for text in comments(file)]


def sections(text: str) -> list[str]:
    return [number for found in SECTION.findall(text) for number in NUMBER.findall(found)]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_links_of_a_document_lead_somewhere(file: Path) -> None:
    links = [link for link in LINK.findall(file.read_text("utf-8")) if "://" not in link and "mailto:" not in link]
    assert not [link for link in links if not leads_somewhere(file, link)]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_files_that_a_document_names_are_there(file: Path) -> None:
    assert not [text for text in quoted(file) if is_path(text) and not is_there(text)]


def test_documents_that_comments_name_are_there() -> None:
    named = [(file, link) for file, text in written() for link in re.findall(r"[\w/-]+\.md(?:#[\w-]+)?", text)]
    assert not [(file, link) for file, link in named if not leads_somewhere(ROOT / "README.md", link)]


def test_sources_that_comments_name_are_listed() -> None:
    listed = set(re.findall(r"^\| ([A-Z][\w-]*) \|", API.read_text("utf-8"), re.MULTILINE))
    assert {"S1", "S11", "T2", "D-dev"} <= listed
    named = [(file, source) for file, text in written() for source in SOURCE.findall(text)]
    assert not [(file, source) for file, source in named if source not in listed]


def test_sections_that_comments_and_the_live_check_name_are_there() -> None:
    known = {found for heading in headings(API) for found in re.findall(r"^(\d+(?:\.\d+)?)\.? ", heading)}
    named = [(file, number) for file, text in written() for number in sections(text)]
    named += [(fact.about, number) for fact in documented() for number in NUMBER.findall(fact.source)]
    assert len(named) > 50
    assert not [(file, number) for file, number in named if number not in known]


def documented() -> list[Fact]:
    """Every fact that the live check compares."""
    held = [value.values() if isinstance(value, dict) else [value] for value in vars(facts).values()]
    return [fact for facts_of_one in held for fact in facts_of_one if isinstance(fact, Fact)]


def test_the_architecture_names_every_room() -> None:
    folders = [file.parent for name in ("studio", "components") for file in (ROOT / name).glob("*/__init__.py")]
    rooms = {f"{folder.relative_to(ROOT)}/" for folder in folders}
    assert len(rooms) > 15
    assert not rooms - {*quoted(ARCHITECTURE)}


@pytest.mark.parametrize("file", [ARCHITECTURE, ROOT / "CONTRIBUTING.md"], ids=lambda file: file.name)
def test_names_in_a_document_are_in_the_code(file: Path) -> None:
    named = {text.removesuffix("()") for text in quoted(file) if is_name(text)}
    assert not {name for name in named if name.rpartition(".")[2] not in defined()}


def test_what_a_document_calls_part_of_a_class_or_module_is_in_it() -> None:
    named = {text.removesuffix("()") for file in DOCUMENTS for text in quoted(file) if "." in text and is_name(text)}
    owned = {(name.split(".")[-2], name.split(".")[-1]) for name in named}
    wrong = {(owner, part) for owner, part in owned if owner in members() and part not in members()[owner]}
    assert len(owned & {(owner, part) for owner, parts in members().items() for part in parts}) > 30 and not wrong


def test_what_a_document_says_is_in_a_file_is_there() -> None:
    named = [
        pair
        for file in DOCUMENTS
        for pair in re.findall(r"`(\w[\w.]*)`[^`.;]{0,20}? in\s+`([\w/]+\.py)`", file.read_text("utf-8"))
    ]
    assert len(named) > 10
    for name, path in named:
        assert re.search(rf"\b{name.rpartition('.')[2]}\b", (ROOT / path).read_text("utf-8")), (name, path)


@cache
def members() -> dict[str, set[str]]:
    """What each class and each module has, by the name of the class or module."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in (one for one in sources(".py") if one.relative_to(ROOT).parts[0] not in ("tests", "benchmarks")):
        tree = ast.parse(file.read_text("utf-8"))
        found[file.stem] |= names_of(tree.body) | {"py"}
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                inside = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
                found[node.name] |= names_of(node.body) | inside
    return found


def names_of(body: list[ast.stmt]) -> set[str]:
    """The names that these statements define or import."""
    nodes = [node for statement in body for node in (statement, *ast.iter_child_nodes(statement))]
    names = {
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.alias)
    }
    return names | {node.id for node in nodes if isinstance(node, ast.Name)}


def is_name(text: str) -> bool:
    """It looks like a class, a constant, or a function of the project."""
    if (
        text == "None"
        or not re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*(\(\))?", text)
        or text.startswith(OF_STREAMLIT)
        or text.endswith(ENDINGS)
    ):
        return False
    return "." in text or text.endswith("()") or bool(re.match(r"[A-Z]\w*[a-z]|[A-Z_]{4,}$", text))


@cache
def defined() -> set[str]:
    """The names that the project's modules give, and those of the modules."""
    texts = [file.read_text("utf-8") for file in sources(".py")]
    given = {name for text in texts for found in DEFINED.findall(text) for name in found}
    return given | {name for file in sources(".py") for name in (file.stem, file.parent.name)}

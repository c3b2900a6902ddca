"""Who may import whom: rooms stand on floors and know lower ones alone, and some libraries belong to one room."""

import ast
import importlib.util
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each room may import rooms of lower floors, and nothing else of the house.
FLOORS = (
    {"studio.core"},
    {"studio.access", "studio.ledger", "studio.media", "studio.weryai"},
    {"studio.archive"},
    {"studio.engine"},
    {
        "studio.client_parts",
        "studio.copies",
        "studio.maintenance",
        "studio.references",
        "studio.webhooks",
        "live_check",
    },
    {"studio.zips", "studio.client", "studio.__main__"},
    {"studio.history"},
    {"studio.people"},
    {"components.session"},
    {"components.parts", "components.scripts"},
    {"components.live"},
    {"components.form", "components.frame"},
    {"components.people", "components.served"},
    {"components.cards"},
    {"components.compare", "components.creation_page", "components.gallery", "components.history", "components.viewer"},
    {"components.navigation"},
    {"components.guard", "app"},
    {"pages"},
)
# What components know of the studio, but for those of the session, which starts it: the ways in, the values that all
# rooms speak in, and what the API can make.
ENTRANCES = (
    *(
        "studio.zips",
        "studio.client",
        "studio.copies",
        "studio.references",
        "studio.access",
        "studio.history",
        "studio.people",
    ),
    *("studio.core", "studio.weryai.modes", "studio.weryai.fields", "studio.weryai.model"),
)
# And some functions of a value alone, each with those who ask them.
EXCEPTIONS = {
    # What a kept file is called, whether browsers show it, and which files a form takes.
    "studio.media.file_types": {
        *("components.cards.result_dialog", "components.cards.facts", "components.cards.outputs"),
        "components.cards.downloads",
        *("components.form.reference_intake", "components.parts.file_urls"),
        *("components.viewer.reference_facts", "components.viewer.result_facts"),
    },
    # As what a result can be used.
    "studio.media.output_uses": {"components.cards.result_dialog", "components.cards.use_as_input"},
    # When a file is fetched again, as the saver reckons it.
    "studio.engine.polling": {"components.cards.status_box"},
    # Whether a reason in WeryAI's words is its content check's.
    "studio.weryai.messages": {"components.cards.status_box"},
    # The path by which WeryAI calls, which is served beside the pages.
    "studio.webhooks.urls": {"components.served.rate_limits", "components.served.routes"},
}
FORBIDDEN = {
    "studio": ("streamlit", "components", "pages", "sandbox"),
    "studio/ledger": ("requests", "studio.weryai"),
    "studio/weryai": ("sqlalchemy", "studio.ledger"),
    "sandbox": ("studio", "streamlit", "requests"),
    "components": ("requests", "sqlalchemy", "sandbox", "pages"),
    "pages": ("requests", "sqlalchemy", "sandbox", "studio.weryai", "studio.ledger"),
}


def imported(source: str) -> set[str]:
    """Every module that a source text imports, also inside functions; `from a import b` counts as a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they lead"
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def is_within(module: str, places: tuple[str, ...]) -> bool:
    return any(f"{module}.".startswith(f"{place}.") for place in places)


def crossings(source: str, forbidden: tuple[str, ...]) -> set[str]:
    return {name for name in imported(source) if is_within(name, forbidden)}


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_room_imports_what_it_must_not_know(package: str) -> None:
    files = list((ROOT / package).rglob("*.py"))
    assert files
    found = {str(file): crossings(file.read_text("utf-8"), FORBIDDEN[package]) for file in files}
    assert not {file: names for file, names in found.items() if names}


def room(module: str) -> str:
    """The room of a module, by its name: `studio.engine` of `studio.engine.tracker`."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] in ("studio", "components") else parts[0]


def modules() -> dict[str, Path]:
    """The modules of the house, by their names."""
    folders = [ROOT / name for name in ("studio", "components", "pages", "live_check", "sandbox")]
    files = [ROOT / "app.py", *(file for folder in folders for file in folder.rglob("*.py"))]
    found = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in files}
    return {name: file for name, file in found.items() if not name.endswith("__init__") and "migrations" not in name}


def test_each_room_imports_lower_floors_alone() -> None:
    floor = {name: number for number, names in enumerate(FLOORS) for name in names}
    assert {room(module) for module in modules()} == {*floor, "sandbox"}
    for module, file in modules().items():
        if room(module) == "sandbox":
            continue
        known = {room(name) for name in imported(file.read_text("utf-8"))} & floor.keys()
        above = {other for other in known - {room(module)} if floor[other] >= floor[room(module)]}
        assert not above, f"{module} imports {above}"


def test_the_table_of_the_architecture_has_these_floors() -> None:
    table = re.findall(r"^\| (\d+) \| (.+?) \|", (ROOT / "docs" / "architecture.md").read_text("utf-8"), re.MULTILINE)
    written = {(path, int(floor)) for floor, paths in table for path in re.findall(r"`([^`]+)`", paths)}
    assert written == {(path_of(name), number) for number, names in enumerate(FLOORS, start=1) for name in names}


def path_of(name: str) -> str:
    path = name.replace(".", "/")
    return f"{path}/" if (ROOT / path).is_dir() else f"{path}.py"


def test_components_enter_the_studio_by_its_entrances_alone() -> None:
    known, exceptions = modules(), defaultdict[str, set[str]](set)
    for module, file in known.items():
        if room(module) == "components.session" or not is_within(module, ("components", "app")):
            continue
        for name in imported(file.read_text("utf-8")) & known.keys():
            if is_within(name, ("studio",)) and not is_within(name, ENTRANCES):
                exceptions[name].add(module)
    assert exceptions == EXCEPTIONS


def test_pages_know_components_and_the_values_alone() -> None:
    known = modules()
    for module in (name for name in known if is_within(name, ("pages",))):
        house = imported(known[module].read_text("utf-8")) & known.keys()
        assert not {name for name in house if not is_within(name, ("components", "studio.core.values"))}, module


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    known = modules()
    arrows = {name: imported(file.read_text("utf-8")) & known.keys() for name, file in known.items()}
    while leaves := {name for name, others in arrows.items() if not others & arrows.keys()}:
        arrows = {name: others for name, others in arrows.items() if name not in leaves}
    assert not arrows, f"in a circle, or above one: {sorted(arrows)}"


def test_what_benchmarks_and_tests_run_in_another_process_is_there() -> None:
    """Programs that stand in a text: nothing else looks at what they import and replace."""
    found = {
        (module, name, replaced)
        for file in (*(ROOT / "benchmarks").glob("*.py"), *(ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for module, name, replaced in used_by(node.value)
    }
    assert {("studio.engine", "polling", "overdue_age"), ("studio.ledger.reports", "TaskAnswer", "")} <= found
    for module, name, replaced in found:
        there = getattr(importlib.import_module(module), name, None)
        there = there or (importlib.util.find_spec(f"{module}.{name}") and importlib.import_module(f"{module}.{name}"))
        assert there and (not replaced or hasattr(there, replaced)), f"{module}.{name} {replaced}"


def used_by(program: str) -> set[tuple[str, str, str]]:
    """The names that a program imports from the house, each with a name in it that the program replaces, or none."""
    lines = re.findall(r"^\s*from ((?:studio|components)[.\w]*) import ([\w, ]+)$", program, re.MULTILINE)
    names = {name: module for module, names in lines for name in names.split(", ")}
    replaced = re.findall(r"patch\.object\((\w+), \"(\w+)\"", program)
    some = re.findall(r"patch\.multiple\((\w+), ([^)]*)\)", program)
    replaced += [(name, one) for name, given in some for one in re.findall(r"(\w+)=", given)]
    used = {(names[name], name, one) for name, one in replaced if name in names}
    return used | {(module, name, "") for name, module in names.items()}


def test_a_crossing_is_seen_in_each_form() -> None:
    for source in ("import requests", "def f():\n    from requests import get", "import requests.auth as r"):
        assert crossings(source, ("requests",))
    assert not crossings("import requests_like", ("requests",))


def test_only_app_py_starts_the_sandbox() -> None:
    outside = [file for file in ROOT.glob("*.py") if crossings(file.read_text("utf-8"), ("sandbox",))]
    assert [file.name for file in outside] == ["app.py"]


def test_session_state_is_in_one_file() -> None:
    folders = (ROOT / "components", ROOT / "pages")
    users = {file.name for folder in folders for file in folder.rglob("*.py") if ".session_state" in file.read_text()}
    assert users == {"session.py"}

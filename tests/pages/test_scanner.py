"""A key and a person's address are planted in every field, and then looked for everywhere that they must not be."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import UploadFile
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox.server import Sandbox
from sandbox.uploads import Uploads
from studio.client import Client
from studio.history import as_code
from studio.history.history import History
from studio.history.history import as_csv as history_as_csv
from studio.people.admin import Admin
from studio.people.spending import as_csv
from tests.conftest import KEY, order, until
from tests.matrix import picture
from tests.pages.conftest import FILES, Prompt, checked, elements, field, generate, prompts, texts
from tests.pages.test_sign_in import AUTH, Enter, claims, drawn, enter, reachable  # noqa: F401

PLANTED = "sk-planted-0123456789abcdef7777"
OWN = "sk-mine-0123456789abcdef99aa"
EMAIL, NAME = "anna@team.example", "Annabel Planted"
SECRETS = {**AUTH, "client_secret": "planted-client-secret"}
ANNA = {**claims(EMAIL), "name": NAME, "given_name": NAME, "picture": f"https://id.example/{EMAIL}.png"}
MODES = {"Image": ["text_to_image", "image_to_image"], "Video": ["text_to_video", "almighty_reference_to_video"]}


class Scan:
    """Where something was found that must not be there."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self.wanted, self.looked, self.found = wanted, 0, list[str]()

    def look(self, where: str, text: str | bytes, but_for: tuple[str, ...] = ()) -> None:
        raw = text if isinstance(text, bytes) else text.encode()
        self.looked += 1
        self.found += [f"{one} in {where}" for one in self.wanted if one not in but_for and one.encode() in raw]

    def folder(self, folder: Path, but_for: tuple[str, ...] = ()) -> None:
        for file in (file for file in folder.rglob("*") if file.is_file()):
            self.look(str(file), str(file).encode() + file.read_bytes(), but_for)


def fields(at: AppTest) -> Iterator[Any]:
    """Every field that takes text, but the one for keys."""
    yield from (Prompt(at) for _ in prompts(at))
    for kind in ("text_input", "text_area", "chat_input"):
        for widget in elements(at, kind):
            if getattr(widget, "label", "") != "API key" and not widget.disabled:
                yield widget


def planted(at: AppTest, text: str) -> list[str]:
    """The text goes into each field in turn; returns the labels."""
    labels = []
    for number in range(len(list(fields(at)))):
        widget = list(fields(at))[number]
        labels.append(getattr(widget, "label", "") or "chat")
        checked(widget.set_value(text).run())
    return labels


@pytest.mark.parametrize(
    "planting", [PLANTED, f"Two hills {PLANTED} and a sun", f"https://x.example/a.png?a={PLANTED}"]
)
@pytest.mark.slow
def test_a_key_in_any_field_and_who_is_signed_in_are_found_nowhere(
    enter: Enter,  # noqa: F811
    quick: Sandbox,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    planting: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    uploaded, keep = list[str](), Uploads.keep

    def noted(at: Uploads, file: UploadFile) -> str:
        uploaded.append(f"{file.filename} {file.headers}")
        return keep(at, file)

    monkeypatch.setattr(Uploads, "keep", noted)
    secrets = {"auth": SECRETS, "access": {"emails": [EMAIL], "admins": [EMAIL]}}
    scan = Scan((PLANTED, OWN, KEY, EMAIL, NAME, SECRETS["cookie_secret"], SECRETS["client_secret"]))
    tried: list[str] = []
    at = enter(ANNA, secrets)
    for title, modes in MODES.items():
        for mode in modes:
            checked(field(checked(at.switch_page(FILES[title]).run()), "Start from").set_value(mode).run())
            tried += planted(at, planting)
            if not field(at, "Generate").disabled:
                checked(field(at, "Generate").click().run())
    checked(at.switch_page(FILES["Image"]).run())
    elements(at, "file_uploader")[0].set_value([(f"{PLANTED}.png", picture(b"\xff\0\0" * 64, 8), "image/png")])
    checked(at.run())
    until(lambda: uploaded)
    order(quick, "fault", kind="cut-inside")  # a job without an answer has a field for its task id
    at = generate(enter(ANNA, secrets), "Two hills")
    until(lambda: "Unconfirmed" in texts(checked(at.run())))
    checked(field(at, "Task ID").set_value(planting).run())
    checked(field(at, "Link this task").click().run())
    tried.append("Task ID")
    at = checked(at.switch_page(FILES["Call history"]).run())
    tried += planted(at, planting)
    scan.look("the history's fields", "\n".join(str(widget.value) for widget in fields(at)))
    assert {"Prompt", "Task ID", "Search"} <= set(tried)
    checked(field(at, "API key").set_value(OWN).run())
    generate(checked(at.switch_page(FILES["Image"]).run()), "Three hills")
    checked(field(at, "Forget this key").click().run())
    assert quick.backend.tasks
    sent = [uploaded, [task.body for task in quick.backend.tasks.values()]]
    scan.look("what WeryAI was sent, apart from the key in the header that is for it", repr(sent))
    look_at_what_is_kept(scan, tmp_path)
    scan.look("the log", caplog.text)
    others(enter, secrets, scan)
    assert scan.looked > 10 and not scan.found, "\n".join(scan.found)


def look_at_what_is_kept(scan: Scan, folder: Path) -> None:
    """Files, the ledger row by row, and what the command line would write; the table of people has its address."""
    shared = services.shared()
    with shared.ledger.database.read() as connection:
        for table in sorted(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table.name}").all()
            scan.look(f"table {table.name}", repr(rows), (EMAIL, NAME) if table.name == "people" else ())
    scan.folder(folder, (EMAIL, NAME))  # the ledger's file is among them
    scan.folder(folder / "archive")
    client = Client(shared.accounts.shared(), shared.ledger, is_admin=True)
    admin = Admin(client)
    scan.look("the CSV", as_csv(admin.spending(30)))
    for person in {*admin.people(), ""}:
        for number, row in enumerate(admin.export_records(person)):  # the first says who they are
            scan.look(f"what is kept of {person or 'nobody'}", row, () if number else (EMAIL, NAME))
    history = History(client)
    for of_jobs in (False, True):
        exported = "".join(history_as_csv(client.ledger.history.pages, history.wanted(of_jobs=of_jobs)))
        assert exported.count("\n") > 1
        scan.look("the CSV of the history", exported)
    for job in history.jobs(history.wanted(), 1):
        scan.look("a bundle", history.bundle(job.id))
    for line in history.calls(history.wanted(), 1):
        call = history.call(line.id)
        scan.look("a call as code", as_code.curl(call) + as_code.python(call) if call else "")


def look_at_what_is_opened(scan: Scan, at: AppTest, but_for: tuple[str, ...] = ()) -> None:
    """Each job and each call that is on the first pages of the history, opened by its address."""
    shared = services.shared()
    history = History(Client(shared.accounts.shared(), shared.ledger))
    wanted, posts = history.wanted(), history.wanted(method=("POST",))
    opened = [("job", line.id) for line in history.jobs(wanted, 1)]
    opened += [("call", line.id) for line in (*history.calls(wanted, 1), *history.calls(posts, 1))]
    for name, one in dict.fromkeys(opened):
        at.query_params.clear()
        at.query_params[name] = one
        said = drawn(checked(at.run()))
        assert one in said and "Back to the list" in said, "it is open"
        scan.look(f"the page of {name} {one}", said, but_for)


def others(enter: Enter, secrets: dict[str, Any], scan: Scan) -> None:  # noqa: F811
    """What somebody else's browser is told, on every page."""
    access = {**secrets["access"], "emails": [EMAIL, "max@team.example"]}
    at = enter(claims("max@team.example"), {**secrets, "access": access})
    for file in FILES.values():
        checked(at.switch_page(file).run())
        checked(field(at, "Whose").set_value("Everyone's").run())
        scan.look(file, drawn(at), (NAME,))  # the name says whose it was
    look_at_what_is_opened(scan, checked(at.switch_page(FILES["Call history"]).run()), (NAME,))
    scan.look("the door", drawn(enter(None, secrets)))

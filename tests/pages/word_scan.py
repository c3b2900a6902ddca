"""Looks for words in all that is drawn, kept and opened."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from components.session import services
from studio import copies
from studio.client import Client
from studio.history import as_code
from studio.history.history import History
from studio.history.history import as_csv as history_as_csv
from studio.people.admin import Admin
from studio.people.spending import as_csv
from tests.pages.driving import checked
from tests.pages.signed_in import drawn

PLANTED = "sk-planted-0123456789abcdef7777"


EMAIL, NAME = "anna@team.example", "Annabel Planted"


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
    for kept in shared.ledger.files.saved():
        copy = copies.copy_of(shared.ledger, shared.archive, kept.output.key)
        assert copy.size > kept.output.size
        scan.look(f"the metadata of {kept.output.key}", b"".join(copy.pieces()))
    history = History(client)
    for of_jobs in (False, True):
        exported = "".join(history_as_csv(client.ledger.history.pages, history.query(of_jobs=of_jobs)))
        assert exported.count("\n") > 1
        scan.look("the CSV of the history", exported)
    for job in history.jobs(history.query(), 1):
        scan.look("a bundle", history.bundle(job.id))
    for line in history.calls(history.query(), 1):
        call = history.client.calls.get(line.id)
        scan.look("a call as code", as_code.curl(call) + as_code.python(call) if call else "")


def look_at_what_is_opened(scan: Scan, at: AppTest, but_for: tuple[str, ...] = ()) -> None:
    """Each job and each call that is on the first pages of the history, opened by its address."""
    shared = services.shared()
    history = History(Client(shared.accounts.shared(), shared.ledger))
    wanted, posts = history.query(), history.query(method=("POST",))
    opened = [("job", line.id) for line in history.jobs(wanted, 1)]
    opened += [("call", line.id) for line in (*history.calls(wanted, 1), *history.calls(posts, 1))]
    for name, one in dict.fromkeys(opened):
        at.query_params.clear()
        at.query_params[name] = one
        said = drawn(checked(at.run()))
        assert one in said and "Back to the list" in said, "it is open"
        scan.look(f"the page of {name} {one}", said, but_for)

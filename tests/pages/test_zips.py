"""*Download all*: a signed link, or a posted form for many, gives a ZIP to whoever may look, and to nobody else."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zipfile import ZipFile

import pytest
import requests
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from components.parts import file_urls, zip_urls
from components.served import routes, zip_route
from components.session import services, session, visitor
from components.session.visitor import NoAccess, Visitor
from studio import zips
from studio.access import Visit
from studio.core.errors import LedgerError
from studio.core.values import Job
from studio.media import embedding
from tests.conftest import Tally, until
from tests.pages.driving import Open, elements, generate, texts, ticks_until
from tests.pages.test_settings_inside import ask, newest, with_routes  # noqa: F401
from tests.pages.test_webhooks import address  # noqa: F401

LABEL, BASE = "Download all 2", "http://studio.example"
Fields = dict[str, str]


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.all_routes("")), base_url=BASE) as opened:
        yield opened


@pytest.fixture
def card(page: Open, with_routes: None) -> AppTest:  # noqa: F811
    """A page with a card of two pictures."""
    at = generate(page(), "Two hills", Number_of_images=2)
    ticks_until(at, lambda: "2 ×" in texts(at) and ", saved" in texts(at))
    return at


def link(at: AppTest) -> str:
    (found,) = [one.proto for one in elements(at, "link_button") if one.proto.label == LABEL]
    return str(found.url)


def fields(at: AppTest) -> Fields:
    return dict(parse_qsl(urlsplit(link(at)).query, keep_blank_values=True))


def opened(answer: Any) -> ZipFile:
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    return ZipFile(io.BytesIO(answer.content))


def post(client: TestClient, given: Fields) -> Any:
    return client.post(zip_urls.PATH, data=given)


def signed(job: Job, ids: Any = None, name: str = "all.zip") -> Fields:
    return zip_urls.form(job.account, ids or [output.id for output in job.outputs], name)


def test_the_card_has_a_link_to_a_zip_of_all_its_files(card: AppTest, client: TestClient) -> None:
    answer, job = client.get(link(card)), newest()
    found = opened(answer)
    assert found.testzip() is None and len(found.namelist()) == 4
    kept = [services.shared().archive.path(output.key).read_bytes() for output in job.outputs]
    assert [found.read(name) for name in found.namelist()[::2]] == kept
    name = r"two-hills-weryai-image-2-0-\d{4}-\d{4}.zip"
    assert re.fullmatch(f'attachment; filename="{name}"', answer.headers["Content-Disposition"])
    assert "no-store" in answer.headers["Cache-Control"] and "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Content-Length" not in answer.headers, "it is made while it is sent"


def test_the_files_carry_prompt_and_settings_where_somebody_asked(card: AppTest, client: TestClient) -> None:
    assert not said(opened(client.get(link(card))))
    assert said(opened(client.get(link(ask(card))))) == "Two hills"


def said(found: ZipFile) -> str:
    carried = embedding.read(io.BytesIO(found.read(found.namelist()[0])))
    return carried.prompt if carried else ""


def test_a_form_gives_the_same_and_any_number(card: AppTest, client: TestClient) -> None:
    job = newest()
    form = signed(job)
    assert all(isinstance(one, str) for one in form.values()) and form.pop("action") == f"{BASE}{zip_urls.PATH}"
    assert opened(post(client, form)).namelist() == opened(client.get(link(card))).namelist()
    many = [*(output.id for output in job.outputs), *range(10**8, 10**8 + zip_urls.MOST - 2)]
    found = opened(post(client, signed(job, many)))
    assert len(found.namelist()) == 5 and found.read(zips.NOT_INCLUDED).count(b"\n") == zip_urls.MOST - 2
    assert post(client, signed(job, [*many, 1])).status_code == 413
    assert post(client, signed(job, range(10**8, 10**8 + 60_000))).status_code == 413


def test_a_file_that_is_missing_is_named_in_the_zip(card: AppTest, client: TestClient) -> None:
    services.shared().archive.path(newest().outputs[0].key).unlink()
    found = opened(client.get(link(card)))
    assert len(found.namelist()) == 3 and b"is not in the archive" in found.read(zips.NOT_INCLUDED)


def test_what_is_not_signed_here_is_refused(card: AppTest, client: TestClient, tally: Tally) -> None:
    given, job = fields(card), newest()
    expired = {"expires": "1000000000"}
    expired |= {"signature": file_urls._signature(zip_urls.KIND, zip_urls.subject(given), "1000000000", "")}
    session.state().person = "p_max"
    of_another_person = signed(job)
    session.state().person = ""
    for altered in (
        {"signature": given["signature"][::-1]},
        {"signature": ""},
        {"ids": given["ids"].split(",")[0]},
        {"ids": f"{given['ids']},1"},
        {"account": "another"},
        {"with-settings": "yes"},
        {"expires": str(int(given["expires"]) + 3600)},
        expired,
        of_another_person,
    ):
        tried = {**given, **altered}
        for answer in (post(client, tried), client.get(zip_urls.PATH, params=tried)):
            assert answer.status_code == 403
            tally.note(answer.content.startswith(b"PK"))
    assert opened(post(client, given))


def test_a_form_for_another_account_has_none_of_its_files(card: AppTest, client: TestClient, tally: Tally) -> None:
    form = zip_urls.form("another", [output.id for output in newest().outputs], "all.zip")
    found = opened(post(client, form))
    tally.note(found.namelist() != [zips.NOT_INCLUDED])


def test_who_may_not_look_any_more_gets_nothing(
    card: AppTest, client: TestClient, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    given = fields(card)
    monkeypatch.setattr(visitor, "of_request", lambda _: Visitor(Visit(), None, NoAccess.NOT_LISTED))
    for answer in (post(client, given), client.get(link(card))):
        assert answer.status_code == 403
        tally.note(answer.content.startswith(b"PK"))


@pytest.mark.parametrize("ids", ["", "x", "1,,2", "-1", "1" * 30, "1 OR 1"])
def test_ids_that_are_none_are_refused_though_signed(card: AppTest, client: TestClient, ids: str) -> None:
    assert post(client, signed(newest(), ids.split(","))).status_code == 400


def test_a_body_that_is_no_form_and_a_head_are_refused(card: AppTest, client: TestClient) -> None:
    for body in (b"", b"\xff\xfe", b"&".join([b"a=1"] * 100), b"{}"):
        assert client.post(zip_urls.PATH, content=body).status_code == 403
    assert client.post(zip_urls.PATH, content=b"x" * (zip_route.LARGEST + 1)).status_code == 413
    assert client.head(link(card)).status_code == 405


def test_a_name_cannot_break_out_of_its_header(card: AppTest, client: TestClient) -> None:
    for name, got in {'a"; x=\r\nb.zip': "axb.zip", "": "results.zip", "../../x": "....x"}.items():
        answer = post(client, {**fields(card), "name": name})
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{got}"'


def test_while_the_ledger_cannot_be_read_the_answer_says_so(
    card: AppTest, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> list[Job]:
        raise LedgerError("The ledger at 10.0.0.7 is not there.")

    monkeypatch.setattr(services.shared().ledger.files, "jobs_with", broken)
    answer = client.get(link(card))
    assert (answer.status_code, answer.text) == (503, "The studio is not ready.")


def test_a_host_without_routes_has_the_same_zip_in_one_piece(page: Open) -> None:
    at = generate(page(), "Two hills", Number_of_images=2)
    ticks_until(at, lambda: LABEL in [one.proto.label for one in elements(at, "download_button")])


def test_who_goes_away_ends_the_work(card: AppTest, address: str) -> None:  # noqa: F811
    output, shared = newest().outputs[0], services.shared()
    file = shared.archive.path(output.key)
    with file.open("ab") as large:
        large.truncate(2**30)  # takes no room on the disk
    shared.ledger.jobs.change_output(output.id, size=2**30, sha256="")
    with requests.get(link(card).replace(BASE, address), stream=True, timeout=10) as answer:
        pieces = answer.iter_content(1000)  # its name keeps it: without one it ends here, and with it the connection
        assert next(pieces).startswith(b"PK")
        until(lambda: is_open(file))  # the first bytes are written before the file is read
    until(lambda: not is_open(file))


def is_open(file: Path) -> bool:
    """Whether this process has a file open (Linux)."""
    return file.resolve() in {Path(link).resolve() for link in Path("/proc/self/fd").iterdir()}

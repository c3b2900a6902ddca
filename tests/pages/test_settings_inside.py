"""Downloads that carry prompt and settings: only when asked, by a link that is signed for that, and in a copy."""

import io
import zipfile
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from components.cards import downloads
from components.parts import file_urls
from components.served import routes
from components.session import services
from sandbox.server import Sandbox
from studio import copies
from studio.core import file_names
from studio.core.provenance import Provenance
from studio.core.values import Job, Kind
from studio.media import embedding
from tests.pages import test_gallery, test_viewer
from tests.pages.driving import OTHER, As, Open, checked, elements, field, generate, texts, ticks_until, until_saved
from tests.pages.test_uses import made
from tests.pages.test_viewer import view_of

CHOICE = "Prompt and settings in downloads"


def ask(at: AppTest) -> AppTest:
    (choice,) = [one for one in at.checkbox if one.label == CHOICE]
    assert not choice.value, "not before somebody asks"
    return checked(choice.check().run())


def links(at: AppTest) -> list[Any]:
    return [one.proto for one in elements(at, "link_button") if one.proto.label == "Download"]


def got(url: str) -> Any:
    with TestClient(Starlette(routes=routes.all_routes("")), base_url="http://studio.example") as client:
        return client.get(url)


def newest() -> Job:
    shared = services.shared()
    return shared.ledger.jobs.recent(shared.accounts.shared().account.id, Kind.IMAGE, 1, None, "")[0]


def said(content: bytes) -> Provenance:
    found = embedding.read(io.BytesIO(content))
    assert found
    return found


@pytest.fixture
def with_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.host, "serves_routes", True)
    monkeypatch.setattr(file_urls, "_base_url", lambda: "http://studio.example")  # an AppTest is at no address


def test_the_link_gives_a_copy_that_says_what_made_it(page: Open, with_routes: None) -> None:
    at = generate(page(), "Two <b>hills</b>", Negative_prompt="fog")
    ticks_until(at, lambda: links(at))
    (plain,) = links(at)
    job = newest()
    kept = services.shared().archive.path(job.outputs[0].key).read_bytes()
    assert got(plain.url).content == kept

    ask(at)
    (link,) = links(at)
    assert link.help == "The file carries the prompt and settings"
    answer = got(link.url)
    assert answer.status_code == 200 and int(answer.headers["Content-Length"]) == len(answer.content) > len(kept)
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="{file_names.of_output(job, job.outputs[0])}"'
    )
    assert "no-store" in answer.headers["Cache-Control"] and "sandbox" in answer.headers["Content-Security-Policy"]
    found = said(answer.content)
    assert (found.prompt, found.mode, found.model) == ("Two <b>hills</b>", "text_to_image", job.model)
    assert found.settings == {"aspect_ratio": "16:9", "image_number": 1, "negative_prompt": "fog"}
    assert (found.job, found.task, found.output) == (job.id, job.tasks[0].task_id, 1)
    assert services.shared().archive.path(job.outputs[0].key).read_bytes() == kept


def test_each_link_is_signed_for_what_it_gives(page: Open, with_routes: None) -> None:
    at = generate(page(), "Two hills")
    ticks_until(at, lambda: links(at))
    plain = links(at)[0].url
    with_settings = links(ask(at))[0].url
    assert got(f"{plain}&with-settings=yes").status_code == 403
    assert got(with_settings.replace("&with-settings=yes", "")).status_code == 403
    assert got(with_settings.replace(".png", ".webp")).status_code == 403
    assert dict(parse_qsl(urlsplit(with_settings).query))["with-settings"] == "yes"
    services.shared().archive.path(newest().outputs[0].key).unlink()
    assert got(with_settings).status_code == 404


def test_a_format_without_a_place_for_it_says_so_and_comes_as_it_is(
    page: Open, quick: Sandbox, with_routes: None
) -> None:
    at = ask(made(page(), quick, "GIF"))
    (link,) = links(at)
    assert link.help.startswith("GIF: has no place for the prompt and settings")
    assert got(link.url).content == services.shared().archive.path(newest().outputs[0].key).read_bytes()


def test_a_zip_and_a_host_without_routes_have_it_too(page: Open) -> None:
    at = ask(generate(page(), "Two hills", Number_of_images=2))
    ticks_until(at, lambda: "2 ×" in texts(at) and ", saved" in texts(at))
    job = newest()
    for with_settings in (False, True):
        bundle = downloads.zipped(job.account, [one.id for one in job.outputs], with_settings=with_settings)
        with zipfile.ZipFile(io.BytesIO(bundle)) as together:
            read = [
                embedding.read(io.BytesIO(together.read(name))) for name in together.namelist() if name.endswith(".png")
            ]
        assert [found and found.output for found in read] == ([1, 2] if with_settings else [None, None])


def test_nothing_is_said_of_a_job_that_was_removed(page: Open) -> None:
    until_saved(generate(page(), "Two hills"))
    job, shared = newest(), services.shared()
    shared.ledger.jobs.change(job.id, removed_at=job.created_at)
    copy = copies.copy_of(shared.ledger, shared.archive, job.outputs[0].key)
    assert b"".join(copy.pieces()) == shared.archive.path(job.outputs[0].key).read_bytes()


def test_the_choice_is_there_with_the_first_job_and_stays_on_the_other_page(page: Open) -> None:
    at = page()
    assert CHOICE not in [one.label for one in at.checkbox]
    ask(generate(at, "Two hills"))
    assert field(at, "Generate") and [one.value for one in at.checkbox if one.label == CHOICE] == [True]


def test_the_choice_is_kept_for_the_browser(page: Open, as_browser: As) -> None:
    ask(generate(page(), "Two hills"))

    def chosen() -> list[bool]:
        return [one.value for one in page().checkbox if one.label == CHOICE]

    assert chosen() == [True]
    as_browser(OTHER)
    assert chosen() == [False]
    as_browser("no such name")
    assert chosen() == [False]


def test_viewer_and_gallery_choose_the_same(page: Open, with_routes: None) -> None:
    at = generate(page(), "Two hills")
    ticks_until(at, lambda: links(at))
    view = view_of(newest())
    assert test_viewer.facts(at, view)["with_settings"]["chosen"] is False
    test_viewer.press(at, view, "With settings")
    assert test_viewer.facts(at, view)["with_settings"]["chosen"] is True
    assert "with-settings=yes" in links(at)[0].url and "with-settings=yes" in test_viewer.facts(at, view)["download"]
    at = test_gallery.go(at)
    checked(field(at, "Select").set_value(True).run())
    assert test_gallery.grid(at)["choice"]["chosen"] is True
    assert test_gallery.grid(test_gallery.press(at, "without-settings"))["choice"]["chosen"] is False
    test_gallery.press(at, "with-settings")
    assert test_gallery.grid(test_gallery.press(at, "zip", (0, 1)))["download"]["form"]["with-settings"] == "yes"


def test_a_format_without_a_place_for_it_has_no_choice_in_the_viewer(
    page: Open, quick: Sandbox, with_routes: None
) -> None:
    at = made(page(), quick, "GIF")
    assert test_viewer.facts(at, view_of(newest()))["with_settings"] is None

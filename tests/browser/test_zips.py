"""A ZIP of results in a real browser: by the link on a card, and by a form that a component posts."""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from studio.core.provenance import from_json
from tests.browser import scenes
from tests.browser.axe import FITS, serious
from tests.browser.driving import cards, there, visit
from tests.browser.scenes import Past
from tests.browser.studio import Studio

pytestmark = pytest.mark.browser
CLAY = "Three clay vases"
POST = """([action, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action});
  for (const [name, value] of fields) {
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  }
  document.body.append(form);
  form.submit();
}"""


def four(past: Past) -> None:
    past.job(CLAY, ago=4, image_number=4)


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with scenes.opened(four) as (opened, _):
        yield opened


def downloaded(page: Page, how: Callable[[], object]) -> tuple[str, list[str]]:
    """Download a ZIP; return its name, and the names of its files, each of which is whole."""
    with page.expect_download() as download:
        how()
    with ZipFile(download.value.path()) as found:
        assert found.testzip() is None
        facts = [found.read(name).decode() for name in found.namelist() if name.endswith(".json")]
        assert all((said := from_json(one)) and said.prompt == CLAY for one in facts)
        assert [json.loads(one)["file"] for one in facts] == found.namelist()[::2]
        return download.value.suggested_filename, found.namelist()


def test_a_card_and_a_form_give_all_files_and_their_facts(studio: Studio, wide: Page) -> None:
    visit(wide, studio.url)
    there(wide)
    link = cards(wide, CLAY).get_by_role("link", name="Download all 4")
    name, files = downloaded(wide, link.click)
    assert re.fullmatch(r"three-clay-vases-weryai-image-2-0-\d{4}-\d{4}\.zip", name) and len(files) == 8
    parts = urlsplit(link.get_attribute("href") or "")
    posted = [parts._replace(query="").geturl(), parse_qsl(parts.query, keep_blank_values=True)]
    assert downloaded(wide, lambda: wide.evaluate(POST, posted)) == (name, files)
    expect(wide.get_by_role("heading", name="Image", exact=True)).to_be_visible()
    assert not serious(wide) and wide.evaluate(FITS)

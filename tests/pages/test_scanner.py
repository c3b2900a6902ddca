"""A key and a person's address are planted in every field, and then looked for everywhere that they must not be."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import UploadFile
from streamlit.testing.v1 import AppTest

from sandbox.server import Sandbox
from sandbox.uploads import Uploads
from tests.conftest import KEY, order, until
from tests.fault_matrix import picture
from tests.pages.driving import FILES, Prompt, checked, elements, field, generate, prompts, texts
from tests.pages.signed_in import AUTH, Enter, claims, drawn
from tests.pages.word_scan import EMAIL, NAME, PLANTED, Scan, look_at_what_is_kept, look_at_what_is_opened

OWN = "sk-mine-0123456789abcdef99aa"
SECRETS = {**AUTH, "client_secret": "planted-client-secret"}
ANNA = {**claims(EMAIL), "name": NAME, "given_name": NAME, "picture": f"https://id.example/{EMAIL}.png"}
MODES = {"Image": ["text_to_image", "image_to_image"], "Video": ["text_to_video", "almighty_reference_to_video"]}


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
    enter: Enter,
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


def others(enter: Enter, secrets: dict[str, Any], scan: Scan) -> None:
    """What somebody else's browser is told, on every page."""
    access = {**secrets["access"], "emails": [EMAIL, "max@team.example"]}
    at = enter(claims("max@team.example"), {**secrets, "access": access})
    for file in FILES.values():
        checked(at.switch_page(file).run())
        checked(field(at, "Whose").set_value("Everyone's").run())
        scan.look(file, drawn(at), (NAME,))  # the name says whose it was
    look_at_what_is_opened(scan, checked(at.switch_page(FILES["Call history"]).run()), (NAME,))
    scan.look("the door", drawn(enter(None, secrets)))

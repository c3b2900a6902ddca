"""The pages: what they show in each state, and what pressing something does."""

import io
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.cards import downloads
from components.cards.samples import SAMPLES
from components.session import services
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio import __version__
from studio.client import Client
from studio.core.errors import LedgerError
from studio.core.values import Job, Kind
from tests.conftest import KEY, order
from tests.pages.driving import FILES, Open, checked, field, generate, texts, ticks_until, until_saved

NASTY = "![x](https://evil.example/p.png) <b>hi</b> **bold** :red[x] مرحبا"


def test_a_first_visit_says_what_to_do(page: Open) -> None:
    said = texts(at := page())
    assert "Your images will appear here" in said
    assert field(at, "Prompt").limit == 2000
    assert "WeryAI" in said and "cost credits" in said


def test_an_example_fills_the_prompt(page: Open) -> None:
    at = page()
    checked(field(at, "Clay vases, soft daylight").click().run())
    assert field(at, "Prompt").value.startswith("Three clay vases")


@pytest.mark.parametrize("kind", Kind)
def test_each_prompt_to_start_from_has_a_picture_that_says_it_is_a_sample(page: Open, kind: Kind) -> None:
    at = page(kind.capitalize())
    shown = [image for element in at.image for image in element.proto.imgs]
    assert [image.alt for image in shown] == [f"Sample: {sample.title}" for sample in SAMPLES[kind]]
    assert all(image.url and "static" not in image.url for image in shown), "Streamlit makes addresses with a prefix"
    assert "Samples from demo mode, not made by WeryAI" in texts(at)
    for sample in SAMPLES[kind]:
        checked(field(at, sample.title).click().run())
        assert field(at, "Prompt").value == sample.prompt


def test_samples_are_gone_when_there_is_a_job(page: Open) -> None:
    assert "Samples from demo mode" not in texts(generate(page(), "Two hills"))


@pytest.mark.large_media
def test_a_prompt_becomes_a_card_with_its_image(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills and a sun")
    until_saved(at)
    said = texts(at)
    assert "**Two hills and a sun**" in said
    assert "1024 × 576" in said and "7 credits" in said
    assert field(at, "Prompt").value == "Two hills and a sun", "the prompt stays, for the next variation"
    assert quick.backend.posts["/v1/generation/text-to-image"] == 1


@pytest.mark.large_media
@pytest.mark.slow
def test_a_video_plays_on_its_page(page: Open) -> None:
    at = generate(page("Video"), "A sun crosses the sky", Resolution="480p")
    ticks_until(at, lambda: at.get("video"))
    assert "854 × 480" in texts(at)


def test_a_complaint_is_gone_when_its_field_was_changed(page: Open) -> None:
    at = generate(page(), "x" * 2140)
    assert "Shorten the prompt" in texts(at)
    checked(field(at, "Prompt").set_value("Short enough").run())
    assert "Shorten the prompt" not in texts(at)


def test_without_a_key_every_page_says_that_a_stand_in_answers(
    quick: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WERYAI_API_KEY", "")
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr(services, "host", services.Host(start_sandbox=lambda _folder: quick.url))
    services.shared.clear()
    at = AppTest.from_file(str(Path(__file__).parents[2] / "components" / "navigation.py"), default_timeout=20).run()
    for file in ("image", "video", "history"):
        said = texts(checked(at.switch_page(f"../pages/{file}.py").run()))
        assert "No API key set. Add one in the sidebar" in said and "demo credits" in said
        assert f"WeryAI Studio {__version__}" in texts(at.sidebar)
    services.stop()


def test_switching_models_keeps_the_shape_and_shows_what_is_sent(page: Open, quick: Sandbox) -> None:
    at = page("Video")
    field(at, "Aspect ratio").set_value("9:16").run()
    checked(field(at, "Model").set_value("GROK_IMAGINE_VIDEO").run())
    assert field(at, "Aspect ratio").value == "9:16"
    generate(at, "Two hills")
    (task,) = quick.backend.tasks.values()
    assert (task.body["aspect_ratio"], task.body["duration"]) == ("9:16", 5)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("  ", "Write a prompt first"),
        ("x" * 2140, "Shorten the prompt by 140 characters"),
        ("x" * 10_000_000, "Shorten the prompt by 9,998,000 characters"),
        ("a\x07b", "control character"),
    ],
)
def test_a_bad_prompt_is_said_at_once_and_not_lost(page: Open, quick: Sandbox, prompt: str, words: str) -> None:
    at = generate(page(), prompt)
    assert words in texts(at)
    assert field(at, "Prompt").value == prompt
    assert not quick.backend.posts
    generate(at, "Two hills")
    assert words not in texts(at)


def test_a_refusal_stands_at_the_field_that_it_blames(page: Open, quick: Sandbox) -> None:
    order(quick, "fault", kind="refuse", code=1002, message="aspect ratio 16:9 is not supported")
    at = generate(page(), "Two hills")
    assert "aspect ratio 16\\:9 is not supported" in texts(at)
    assert "Refused" in texts(at)


def test_a_moderated_prompt_says_so_and_that_nothing_was_charged(page: Open) -> None:
    at = generate(page(), "Two hills [moderated]")
    said = texts(at)
    assert "Refused" in said and "content check" in said and "You weren't charged" in said


def test_a_failed_task_says_why_and_the_others_stay(page: Open) -> None:
    at = page()
    field(at, "Number of images").set_value(4)
    generate(at, "Two hills [fail]")
    ticks_until(at, lambda: "1 of 4 failed" in texts(at))
    assert "3 of 4" in texts(at) and "simulated failure" in texts(at)


def test_what_a_user_wrote_is_shown_as_text(page: Open) -> None:
    at = generate(page(), NASTY)
    cards = [element.value for element in at.markdown if "evil" in str(element.value)]
    assert cards
    assert all("![" not in card and "<b>" not in card and ":red[" not in card for card in cards)


def test_switching_the_model_keeps_what_still_fits(page: Open) -> None:
    at = page("Video")
    assert field(at, "Generate audio")
    checked(field(at, "Model").set_value("SORA_2_PRO").run())
    assert field(at, "Aspect ratio").value == "16:9"
    assert field(at, "Duration").value == 4, "Sora takes 4, 8 and 12 seconds"
    with pytest.raises(AssertionError):
        field(at, "Generate audio")
    checked(field(at, "Model").set_value("KLING_V3_0_PRO").run())
    assert field(at, "Negative prompt")
    with pytest.raises(AssertionError):
        field(at, "Resolution")


def test_a_draft_survives_a_look_at_another_page(page: Open) -> None:
    at = page()
    field(at, "Prompt").set_value("Half a thought").run()
    checked(at.switch_page("../pages/history.py").run())
    checked(at.switch_page("../pages/image.py").run())
    assert field(at, "Prompt").value == "Half a thought"


def test_a_new_session_finds_every_job_again(page: Open) -> None:
    at = generate(page(), "Two hills and a sun")
    until_saved(at)
    assert "**Two hills and a sun**" in texts(page())


def saved(job: Job) -> int:
    return sum(output.is_saved for output in job.outputs)


def test_an_address_that_names_a_job_shows_it_above_the_others_until_all_are_wanted(page: Open) -> None:
    at = generate(page(), "The older one", Number_of_images=2)
    generate(at, "The newer one")
    client = Client(services.shared().accounts.shared(), services.shared().ledger)
    jobs = client.jobs
    ticks_until(at, lambda: [job.count for job in jobs.recent(Kind.IMAGE, 2) if saved(job) == job.count] == [2, 2])
    _, older = client.jobs.recent(Kind.IMAGE, 2)
    again = page(job=older.id)
    assert texts(again).index("The older one") < texts(again).index("The newer one")
    assert texts(again).count("The older one") == 1
    checked(field(again, "All jobs").click().run())
    assert texts(again).index("The newer one") < texts(again).index("The older one")
    with zipfile.ZipFile(io.BytesIO(downloads.zipped(older.account, [one.id for one in older.outputs]))) as together:
        assert together.testzip() is None
        assert [Path(name).suffix for name in together.namelist()] == [".png", ".json"] * 2


def test_a_foreign_task_can_be_adopted(page: Open, quick: Sandbox) -> None:
    body = {"model": "WERYAI_IMAGE_2_0", "prompt": "x", "aspect_ratio": "1:1"}
    (task,) = quick.backend.submit(quick.backend.owner(KEY), "/v1/generation/text-to-image", body)
    at = page("Call history")
    checked(field(at, "Search").set_value(task.id).run())
    assert "No results for" in texts(at)
    checked(field(at, "Import from WeryAI").click().run())
    assert "Imported" in texts(at)
    checked(field(at, "Search").set_value("task_unknown").run())
    checked(field(at, "Import from WeryAI").click().run())
    assert "not exist" in texts(at)


def test_an_unconfirmed_job_shows_its_evidence_and_its_ways_out(page: Open, quick: Sandbox) -> None:
    order(quick, "fault", kind="gateway")
    at = generate(page(), "Two hills")
    ticks_until(
        at, lambda: "The balance fell from 1\\,000 to 993" in texts(at) or "fell from 1,000 to 993" in texts(at)
    )
    assert "Unconfirmed" in texts(at)
    assert {"Link this task", "Send anyway", "Dismiss"} <= {button.label for button in at.button}
    checked(field(at, "Dismiss").click().run())
    assert "Dismissed" in texts(at)


def test_open_jobs_are_counted_and_a_queued_one_can_be_cancelled(page: Open, quick: Sandbox) -> None:
    quick.backend.policy = Policy("reads", image=10_000)
    at = page()
    order(quick, "fault", kind="refuse", code=6010, message="more than 20 tasks")
    generate(at, "Two hills")
    assert "Queued" in texts(at)
    assert "**1**" in texts(at)
    checked(field(at, "Cancel").click().run())
    assert "Cancelled" in texts(at)


def test_all_queued_jobs_are_cancelled_at_once_and_each_says_why_it_waits(page: Open, quick: Sandbox) -> None:
    order(quick, "fault", kind="refuse", code=6002, message="too many requests", http=429, times=1000)
    at = generate(generate(page(), "Two hills"), "Three hills")
    ticks_until(at, lambda: texts(at).count("WeryAI asked us to slow down. Retrying in") == 2)
    assert "Cancel 2 jobs" in [button.label for button in at.button]
    generate(page(), "Another tab")  # whose job joins in; a press of the button that is drawn counts all the same
    checked(field(at, "Cancel 2 jobs").click().run())
    ticks_until(at, lambda: texts(at).count("Cancelled") == 3)
    assert not [button for button in at.button if button.label.startswith("Cancel ")]


def test_a_page_that_is_run_on_its_own_draws_the_whole_studio(studio: None) -> None:
    at = checked(AppTest.from_file(str(Path(__file__).parents[2] / "pages" / "video.py"), default_timeout=20).run())
    assert "Balance" in texts(at)


def test_a_ledger_that_cannot_be_opened_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quick: Sandbox
) -> None:
    (tmp_path / "folder.db").mkdir()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/folder.db")
    monkeypatch.setenv("WERYAI_API_KEY", KEY)
    services.shared.clear()
    with pytest.raises(LedgerError):
        services.shared()
    assert "The ledger cannot be opened" in said_of_a_shut_studio(monkeypatch)


def said_of_a_shut_studio(monkeypatch: pytest.MonkeyPatch) -> str:
    """What whoever sits at it reads; others read nothing of it."""
    at = AppTest.from_file(str(Path(__file__).parents[2] / "components" / "navigation.py"), default_timeout=20)
    to_others = texts(checked(at.run()))
    assert "An admin can find the reason in its log" in to_others
    monkeypatch.setattr("components.session.visitor.is_here", lambda: True)
    said = texts(checked(at.run()))
    assert "in its log" not in said and said not in to_others
    return said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WERYAI_BASE_URL", "api.weryai.com", "WERYAI_BASE_URL is not a web address"),
        ("DATABASE_URL", "sqlite://", "DATABASE_URL names no file"),
        ("ARCHIVE_URL", "nosuch://x", "The archive cannot be opened"),
        ("DATA_FOLDER", "/dev/null", "null"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv("WERYAI_API_KEY", KEY)
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv(name, value)
    services.shared.clear()
    said = said_of_a_shut_studio(monkeypatch)
    assert words in said.replace("\\", "") and "Traceback" not in said


def test_the_whole_studio_works_on_postgresql(
    quick: Sandbox, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres)
    open_page: Open = request.getfixturevalue("page")
    at = generate(open_page(), "Two hills and a sun")
    until_saved(at)
    assert "Two hills" in texts(open_page())
    assert "/v1/generation/text-to-image" in set(open_page("Call history", view="calls").dataframe[0].value["Path"])
    assert not list(tmp_path.glob("*.db"))


OVERTAKEN = """
import streamlit as st
from streamlit.errors import StreamlitInvalidLayoutContextError
from components.cards import job_list
from components.parts.current_page import CurrentPage

class Taken:
    def __enter__(self):
        st.write("a tick")
        raise StreamlitInvalidLayoutContextError("no stable position")
    def __exit__(self, *_): ...

job_list._numbers(CurrentPage("Image", "", 0, Taken()))
"""


def test_a_tick_that_another_page_overtakes_is_no_defect(studio: None) -> None:
    """The run of that page has taken its places away; this place says so as Streamlit does."""
    assert "a tick" in texts(checked(AppTest.from_string(OVERTAKEN).run()))


def test_an_address_of_a_job_that_nobody_knows_says_so_and_leads_back(page: Open) -> None:
    at = page(job="job_of_nobody")
    assert "its job was not found" in texts(at)
    checked(field(at, "All jobs").click().run())
    assert "nobody here knows" not in texts(at) and "job" not in at.query_params


def test_an_address_of_a_job_that_another_page_shows_is_no_dead_one(page: Open) -> None:
    at = generate(page(), "Two hills")
    (job,) = services.shared().ledger.jobs.recent(services.shared().accounts.shared().account.id, Kind.IMAGE, 2)
    at.switch_page(FILES["Video"])
    at.query_params["job"] = job.id
    assert "This link doesn't work" not in texts(checked(at.run()))

"""What a card says of what its job was made from: the whole prompt, what to avoid, the references and their jobs."""

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox.server import Sandbox
from studio.client import Client
from studio.core.values import Kind
from tests.conftest import until
from tests.pages.driving import Open, checked, choose, elements, field, generate, texts, ticks_until, until_saved


def strips(at: AppTest) -> list[str]:
    """The references of the cards on the page."""
    return [one.proto.body for one in elements(at, "html") if "Made from" in one.proto.body]


def links(at: AppTest, label: str) -> list[str]:
    return [one.proto.query_string for one in elements(at, "page_link") if one.proto.label == label]


def test_a_job_shows_its_references_and_the_way_to_the_jobs_that_made_them(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two <b>hills</b>")
    until_saved(at)
    assert not strips(at) and not links(at, "Source")
    choose(at, "Change this image")
    ticks_until(at, lambda: not field(at, "Generate").disabled)
    generate(at, "At night")
    (strip,) = strips(at)
    assert "<img" in strip and 'alt="Reference 1: Two &lt;b&gt;hills&lt;/b&gt;"' in strip
    client = Client(services.shared().accounts.shared(), services.shared().ledger)
    (first,) = [job for job in client.jobs.recent(at.session_state["studio"].kind, 9) if job.prompt != "At night"]
    assert links(at, "Source") == [f"job={first.id}"]
    services.shared().ledger.jobs.change(first.id, removed_at=first.created_at)
    assert not links(checked(at.run()), "Source")


def test_a_continued_video_shows_the_frame_and_the_way_to_the_video_that_it_continues(page: Open) -> None:
    at = generate(page("Video"), "Two hills", Duration=5)
    ticks_until(at, lambda: "Continue" in [button.label for button in at.button])
    checked(field(at, "Continue").click().run())
    ticks_until(at, lambda: not field(at, "Generate").disabled)
    at = generate(at, "At night")
    (strip,) = strips(at)
    assert "<img" in strip and "Two hills" in strip
    client = Client(services.shared().accounts.shared(), services.shared().ledger)
    (first,) = [job for job in client.jobs.recent(Kind.VIDEO, 9) if job.prompt != "At night"]
    assert links(at, "Source") == [f"job={first.id}"]


def test_a_web_address_that_somebody_gave_is_shown_as_text_alone(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "Start from").set_value("image_to_image").run())
    at.session_state["studio"].forms["image"].put("images", ["https://example.com/<i>.png"])
    generate(checked(at.run()), "At night")
    (strip,) = strips(at)
    assert "<img" not in strip and "Image: example.com/&lt;i&gt;.png" in strip


def test_a_negative_prompt_is_on_the_card_and_a_long_prompt_opens(page: Open, quick: Sandbox) -> None:
    words = "hill " * 60
    at = generate(page(), words, Negative_prompt="fog *and* rain")
    assert "Negative prompt: fog \\*and\\* rain" in texts(at)
    assert [one.label for one in elements(at, "expander")].count("Whole prompt") == 1
    assert words.strip() in [one.value.strip() for one in elements(at, "text")]
    assert [one.label for one in elements(generate(at, "Two hills"), "expander")].count("Whole prompt") == 1


def test_the_newest_video_plays_and_one_that_plays_goes_on(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.host, "serves_routes", True)

    def playing(at: AppTest) -> list[str]:
        videos = [one.proto.body for one in elements(checked(at.run()), "html") if "<video" in one.proto.body]
        return [name for video in videos for name in ("One", "Two") if f'"{name}"' in video and "autoplay" in video]

    at = generate(page("Video"), "One", Duration=5)
    until(lambda: playing(at) == ["One"], pause=0.3)
    generate(at, "Two", Duration=5)
    until(lambda: playing(at) == ["Two", "One"], pause=0.3)
    until(lambda: playing(page("Video")) == ["Two"], pause=0.3)
    checked(at.switch_page("../pages/image.py").run())
    checked(at.switch_page("../pages/video.py").run())
    assert playing(at) == ["Two"]

"""API keys on the pages: taken, shown by their end, rejected, replaced; never in any state."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.client import Client
from studio.core.values import Draft
from tests.conftest import IMAGE, KEY, order, until
from tests.pages.driving import As, Open, checked, field, generate, texts, ticks_until, until_saved

OWN, RENEWED = "sk-mine-0123456789abcdef99aa", "sk-mine-0123456789abcdef77bb"


def is_saved(at: AppTest) -> bool:
    return "saved" in texts(at)


def test_a_key_that_is_not_there_any_more_is_asked_for_and_the_teams_is_not_spent(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "API key").set_value(OWN).run())
    services.shared.clear()  # as any visitor could make happen
    at = generate(at, "Two hills")
    assert "Enter your key again" in texts(at)
    assert not quick.backend.posts


def test_a_rejected_key_is_said_on_every_page_and_stops_generate(page: Open, quick: Sandbox) -> None:
    quick.backend.policy = Policy("reads", image=10_000)
    at = generate(page(), "Two hills")
    order(quick, "reject-keys", keys=[KEY])
    checked(field(at, "Refresh balance").click().run())
    ticks_until(at, lambda: field(at, "Generate").disabled)
    for title in ("Image", "Video", "Call history"):
        said = texts(page(title))
        assert (
            "WeryAI rejected the team key `sk-…343e`" in said and "1 job is paused until there is a valid key" in said
        )
        assert "Ask the app's admin" in said and "The team key is set by the app's admin" in said
    quick.backend.policy = Policy("once")
    order(quick, "reject-keys", keys=[])
    checked(field(at, "Refresh balance").click().run())
    until_saved(at)


def test_a_personal_key_is_shown_by_its_end_and_is_in_no_state(page: Open) -> None:
    at = page()
    checked(field(at, "API key").set_value(OWN).run())
    assert "`sk-…99aa`" in texts(at)
    assert OWN not in repr(at), "neither in a widget, nor in the session, nor on the page"
    checked(field(at, "Forget this key").click().run())
    assert field(at, "API key").value == ""


def test_a_proxy_that_is_down_is_named_with_what_to_do(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at = page()
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setattr(services.shared().accounts.shared().api._api, "base_url", "https://api.example.test")
    checked(field(at, "Refresh balance").click().run())
    said = texts(at).replace("\\", "")
    assert "The proxy 127.0.0.1:1 could not be reached. Check that it runs, or correct HTTPS_PROXY" in said


def test_a_proxy_that_is_down_from_the_start_is_named_without_a_press(
    page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.stop()
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("WERYAI_BASE_URL", "https://api.example.test")
    services.shared.clear()
    at = page()
    cause = "The proxy 127.0.0.1:1 could not be reached. Check that it runs, or correct HTTPS_PROXY"
    ticks_until(at, lambda: cause in texts(at).replace("\\", ""))
    assert "**unknown**" in texts(at)
    checked(field(at, "Refresh balance").click().run())
    assert texts(at).replace("\\", "").count(cause) == 1


@pytest.mark.parametrize("typed", [f"Bearer {OWN}", f"\u201c{OWN}\u201d", f' "{OWN}" '])
def test_a_personal_key_is_taken_as_it_is_meant(page: Open, typed: str) -> None:
    at = page()
    checked(field(at, "API key").set_value(typed).run())
    assert "`sk-…99aa`" in texts(at) and services.shared().accounts.open(OWN).api.key == OWN
    assert OWN not in repr(at)


@pytest.mark.parametrize("key", ["hello", "sk-two words", "sk-ä"])
def test_a_key_that_is_none_is_said_and_not_repeated(page: Open, key: str) -> None:
    at = page()
    checked(field(at, "API key").set_value(key).run())
    assert "key" in texts(at) and key not in texts(at)


def test_a_personal_keys_jobs_are_its_owners(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "API key").set_value(OWN).run())
    generate(at, "A private thought")
    assert "A private thought" in texts(at)
    assert "A private thought" not in texts(page())


def test_paused_jobs_go_on_with_a_new_key_of_the_same_account(page: Open, quick: Sandbox, as_browser: As) -> None:
    order(quick, "same-account", keys=[KEY, OWN])
    quick.backend.policy = Policy("reads", image=10_000)
    at = generate(page(), "Two hills")
    order(quick, "reject-keys", keys=[KEY])
    checked(field(at, "Refresh balance").click().run())
    ticks_until(at, lambda: "WeryAI rejected the team key" in texts(at))
    quick.backend.policy = Policy("once")
    checked(field(at, "API key").set_value(OWN).run())
    assert "1 job is paused because the team key `sk-…343e` was rejected" in texts(at)
    checked(field(at, "Resume").click().run())
    until_saved(at)
    assert "is paused" not in texts(at) and "WeryAI rejected" not in texts(at)
    assert quick.backend.posts["/v1/generation/text-to-image"] == 1
    assert "Forget this key" not in [button.label for button in page().button], "it is the team's in other tabs, too"


def test_the_paused_jobs_of_a_rejected_personal_key_go_on_with_another_of_the_same_account(
    page: Open, quick: Sandbox
) -> None:
    order(quick, "same-account", keys=[OWN, RENEWED])
    at = page()
    checked(field(at, "API key").set_value(OWN).run())
    order(quick, "reject-keys", keys=[OWN])
    checked(field(at, "Refresh balance").click().run())
    runtime = services.shared().accounts.get(at.session_state["studio"].account)
    assert runtime
    client = Client(runtime, services.shared().ledger)
    client.jobs.submit(Draft("text_to_image", "WERYAI_IMAGE_2_0", {**IMAGE, "prompt": "Two hills"}), "held", wait=0)
    ticks_until(at, lambda: "1 job is paused until there is a valid key" in texts(at))
    assert field(at, "API key"), "where the banner asks to add one"
    checked(field(at, "Forget this key").click().run())
    assert "Resume" not in [button.label for button in at.button]
    checked(field(at, "API key").set_value(RENEWED).run())
    assert "1 job is paused because your earlier key `sk-…99aa` was rejected" in texts(at)
    checked(field(at, "Resume").click().run())
    until_saved(at)
    assert quick.backend.posts["/v1/generation/text-to-image"] == 1


def test_a_strangers_key_does_not_get_the_paused_jobs(page: Open, quick: Sandbox) -> None:
    quick.backend.policy = Policy("reads", image=10_000)
    at = generate(page(), "Two hills")
    order(quick, "reject-keys", keys=[KEY])
    checked(field(at, "Refresh balance").click().run())
    ticks_until(at, lambda: "WeryAI rejected the team key" in texts(at))
    checked(field(at, "API key").set_value(OWN).run())
    checked(field(at, "Resume").click().run())
    assert "This key can't resume the paused jobs" in texts(at)
    assert "Two hills" not in texts(at), "the stranger sees nothing of them"


def test_a_studio_without_the_key_of_a_job_that_nobody_knows_the_end_of_says_so(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    order(quick, "fault", kind="gateway")
    assert "Check before you send the job again" in texts(generate(page(), "The team's hills"))
    services.stop()
    monkeypatch.setenv("WERYAI_API_KEY", "")
    monkeypatch.setattr(services.host, "start_sandbox", lambda _: quick.url)
    assert "1 open job was made with the key `sk-…343e`" in texts(page())


@pytest.mark.slow
def test_a_studio_without_the_key_of_its_open_jobs_says_so_and_goes_on_when_it_gets_it(
    page: Open, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick.backend.policy = Policy("reads", image=10_000)
    generate(page(), "The team's hills")
    own = page()
    checked(field(own, "API key").set_value(OWN).run())
    generate(own, "A private thought")
    until(lambda: len(quick.backend.tasks) == 2)
    services.stop()
    quick.backend.policy = Policy("once")
    monkeypatch.setenv("WERYAI_API_KEY", "")
    monkeypatch.setattr(services.host, "start_sandbox", lambda _: quick.url)
    at = page()
    said = texts(at)
    assert "1 open job was made with the key `sk-…343e`" in said and quick.url.split("//")[1] in said.replace("\\", "")
    assert "1 open job was made with a personal key" in said and "99aa" not in said
    assert "thought" not in said
    for key, prompt in ((KEY, "The team's hills"), (OWN, "A private thought")):
        at = page()
        checked(field(at, "API key").set_value(key).run())
        ticks_until(at, partial(is_saved, at))
        assert prompt in texts(at)
    assert "which is not set now" not in texts(page())
    assert quick.backend.posts.total() == 2

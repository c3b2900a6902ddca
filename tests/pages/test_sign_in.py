"""The guard: who is let in, on each page, and that nothing of a page is there for anybody else."""

from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest

from components.parts import page_links
from components.session import services, sign_in_settings
from sandbox.server import Sandbox
from sandbox.tasks import Policy
from studio.core.errors import LedgerError, SettingsError
from studio.core.people import Person
from studio.core.values import Kind, now
from studio.ledger.ledger import Ledger
from tests.conftest import KEY, Tally, order, until
from tests.pages.driving import ADMINS, FILES, Open, checked, field, generate, texts, until_saved
from tests.pages.signed_in import AUTH, LIST, OWN, SECRETS, Enter, claims, drawn, is_closed


def has_form(at: AppTest) -> bool:
    return any(button.label == "Generate" for button in at.button)


@pytest.mark.parametrize("file", ["components/navigation", *(f"pages/{place.name}" for place in page_links.ALL)])
@pytest.mark.parametrize(
    ("user", "words"),
    [
        (None, "Sign in to continue"),
        (claims("anna@team.example", verified=False), "has not verified the address"),
        (claims("eve@else.example"), "not on the list"),
        (claims(""), "not on the list"),
        ({"is_logged_in": True, "email": "anna@team.example", "email_verified": True}, "Sign in to continue"),
    ],
)
def test_who_is_not_let_in_sees_the_door_and_nothing_else(
    enter: Enter, tally: Tally, file: str, user: dict[str, Any] | None, words: str
) -> None:
    at = enter(user, file=file)
    tally.note(not is_closed(at))
    assert words in texts(at)


def test_each_named_provider_has_a_button_of_its_own(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str] = []
    monkeypatch.setattr("streamlit.login", chosen.append)
    named = {"client_id": "studio", "server_metadata_url": "https://id.example/.well-known/openid-configuration"}
    auth = {name: text for name, text in AUTH.items() if name != "client_id"} | {"google": named, "entra": named}
    at = enter(secrets={"auth": auth, "access": LIST})
    assert [button.label for button in at.button] == ["Sign in with Google", "Sign in with Entra"]
    checked(field(at, "Sign in with Entra").click().run())
    assert chosen == ["entra"]


@pytest.mark.parametrize("email", ["anna@team.example", "vera@team.example", "max@team.example"])
def test_who_is_on_the_list_is_let_in_and_sees_who_they_are(enter: Enter, email: str) -> None:
    at = enter(claims(email))
    assert [title.value for title in at.title] == ["Image"]
    assert email.partition("@")[0] in texts(at) and field(at, "Sign out")


@pytest.mark.parametrize(
    ("secrets", "words"),
    [
        ({"auth": AUTH}, "Nobody can come in yet"),
        ({"auth": AUTH, "access": {}}, "Nobody can come in yet"),
        ({"access": LIST}, "no `[auth]`"),
        ({"auth": {}, "access": LIST}, "no `[auth]`"),
        ({"auth": AUTH, "access": {"emails": "anna@team.example"}}, "is unavailable right now"),
    ],
)
def test_half_of_a_sign_in_lets_nobody_in_and_says_what_to_set(
    enter: Enter, secrets: dict[str, Any], words: str
) -> None:
    at = enter(claims("anna@team.example"), secrets)
    assert words in texts(at) and is_closed(at)
    if words.startswith("Nobody"):
        assert "[access]" in at.code[0].value


@pytest.mark.parametrize("error", [FileNotFoundError(), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")])
def test_secrets_that_cannot_be_read_let_nobody_in(
    enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def _unread(*_: object) -> None:
        raise error

    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\n")
    monkeypatch.setattr("streamlit.get_option", lambda name: [str(broken)] if name == "secrets.files" else None)
    monkeypatch.setattr("components.session.visitor.st.secrets", type("Unread", (), {"get": _unread})())
    at = enter(None, {})
    assert "is unavailable right now" in texts(at) and is_closed(at)
    assert str(broken) not in texts(at) and "secrets" not in texts(at), "that is for whoever has the log"


def test_a_list_that_was_just_written_holds_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, secrets = tmp_path / "secrets.toml", Secrets()
    monkeypatch.setattr(Secrets, "_maybe_install_file_watchers", lambda self: None)
    monkeypatch.setattr("streamlit.secrets", secrets)
    monkeypatch.setattr(config, "get_option", lambda name: [str(file)] if name == "secrets.files" else None)
    monkeypatch.setattr("streamlit.get_option", config.get_option)
    for emails in (["max@team.example"], ["anna@team.example"], ["anna@team.example", "max@team.example"]):
        file.write_text(f"[access]\nemails = {emails}")
        assert sign_in_settings.check_required() and sign_in_settings.section("access")["emails"] == emails
    file.unlink()
    with pytest.raises(SettingsError):
        sign_in_settings.check_required()


def test_secrets_that_were_lost_let_nobody_in_until_the_studio_is_started_again(enter: Enter) -> None:
    at = enter(claims("max@team.example"))
    at.secrets = {}
    assert is_closed(checked(at.run())) and "is unavailable right now" in texts(at)
    assert is_closed(enter({}, {})), "whoever comes then"
    services.stop()
    assert "Others can reach this studio" in texts(enter({}, {}))


def test_whom_the_ledger_did_not_take_at_first_is_met_by_the_next_run_and_may_spend(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LedgerError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(services.shared().ledger.people, "record_visit", full)
        at = enter(claims("max@team.example"))
    checked(at.run())
    assert [person.email for person in services.shared().ledger.people.by_id().values()] == ["max@team.example"]


def test_a_job_is_sent_for_whom_the_list_lets_spend(
    monkeypatch: pytest.MonkeyPatch, ledger: Ledger, tally: Tally
) -> None:
    monkeypatch.setattr("streamlit.secrets", SECRETS)
    for name in ("max", "anna", "vera", "eve"):
        ledger.people.record_visit(Person(f"p_{name}", f"{name}@team.example"), now())
    assert sign_in_settings.may_spend(ledger, "p_max") and sign_in_settings.may_spend(ledger, "p_anna")
    for person in ("p_vera", "p_eve", "p_unknown", ""):
        tally.note(sign_in_settings.may_spend(ledger, person))


def test_without_sign_in_every_job_is_sent(monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> None:
    monkeypatch.setattr("streamlit.secrets", {})
    assert sign_in_settings.may_spend(ledger, "")


def test_somebody_who_was_taken_off_the_list_is_out_at_the_next_click(enter: Enter, quick: Sandbox) -> None:
    at = enter(claims("max@team.example"))
    field(at, "Prompt").set_value("Two hills")
    at.secrets = {"auth": AUTH, "access": {**LIST, "emails": ["anna@team.example"]}}
    checked(field(at, "Generate").click().run())
    assert is_closed(at) and "not on the list" in texts(at) and not quick.backend.posts


def test_who_signs_out_is_out_wherever_that_sign_in_is_and_in_again_by_another(enter: Enter) -> None:
    at, elsewhere = enter(claims("max@team.example")), enter(claims("max@team.example"))
    checked(field(at, "Sign out").click().run())
    assert is_closed(at) and is_closed(checked(elsewhere.run()))
    services.shared.clear()
    assert is_closed(enter(claims("max@team.example"))), "also after a restart"
    assert not is_closed(enter(claims("max@team.example", sign_in=2)))


def test_what_a_session_remembers_is_not_the_next_persons(enter: Enter) -> None:
    at = enter(claims("max@team.example"))
    checked(field(at, "API key").set_value(OWN).run())
    field(at, "Prompt").set_value("A private thought").run()
    at.user = claims("anna@team.example")
    said = drawn(checked(at.run()))
    assert "private thought" not in said and "99aa" not in said


def test_a_viewer_has_no_key_and_loses_one_that_a_member_had(enter: Enter) -> None:
    at = enter(claims("max@team.example"))
    checked(field(at, "API key").set_value(OWN).run())
    generate(at, "A private thought")
    at.secrets = {"auth": AUTH, "access": {**LIST, "viewers": ["max@team.example"]}}
    said = texts(checked(at.run()))
    assert "99aa" not in said and "private thought" not in said
    assert not has_form(at) and "You have view" in said
    assert not [one for one in at.text_input if one.label == "API key"]


def test_a_studio_that_others_can_reach_shows_a_door_and_takes_ones_own_key(enter: Enter, quick: Sandbox) -> None:
    at = enter({}, {})
    assert is_closed(at) and "Others can reach this studio" in texts(at)
    checked(field(at, "API key").set_value("hello").run())
    assert is_closed(at) and "A WeryAI key starts with sk" in texts(at)
    checked(field(at, "API key").set_value(OWN).run())
    assert [title.value for title in at.title] == ["Image"]
    generate(at, "A thought of my own")
    assert "A thought of my own" in texts(at) and "343e" not in drawn(at)
    checked(field(at, "Forget this key").click().run())
    assert is_closed(at)


def test_the_teams_key_opens_the_teams_account_also_where_it_is_kept_shut(enter: Enter) -> None:
    at = enter({}, {})
    checked(field(at, "API key").set_value(KEY).run())
    assert [title.value for title in at.title] == ["Image"]


def test_the_jobs_of_a_key_that_is_gone_are_nobodys_business_outside(
    enter: Enter, quick: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = enter(claims("anna@team.example"))
    generate(at, "The team's hills [stuck]")
    services.stop()
    monkeypatch.setenv("WERYAI_API_KEY", "sk-other-0123456789abcdefcc01")
    at = enter({}, {})
    checked(field(at, "API key").set_value(OWN).run())
    assert "99aa" in texts(at) and "343e" not in texts(at)
    assert "343e" in texts(enter(claims("anna@team.example")))


def test_every_page_is_among_those_that_are_tried() -> None:
    assert {place.title for place in page_links.ALL} == {*FILES, *ADMINS}


def titled(at: AppTest, title: str) -> AppTest:
    return checked(at.switch_page(FILES[title]).run())


def test_lists_show_mine_or_everybodys_with_whose_it_is(enter: Enter) -> None:
    for email, prompt in (("max@team.example", "The hills of Max"), ("anna@team.example", "The hills of Anna")):
        at = generate(enter(claims(email)), prompt)
        until_saved(at)  # AppTest forgets a choice when the end of a job draws anew
    assert "hills of Anna" in texts(at) and "hills of Max" not in texts(at)
    checked(field(at, "Whose").set_value("Everyone's").run())
    said = texts(at)
    assert "hills of Anna" in said and "hills of Max" in said and "Max · " in said
    jobs = titled(at, "Call history").dataframe[0].value
    assert {"Max", "Anna"} <= set(jobs["Person"]), "the choice is the same on every page"
    checked(field(at, "Whose").set_value("Mine").run())
    assert list(at.dataframe[0].value["Prompt"]) == ["The hills of Anna"]


def test_a_job_that_mine_hides_is_not_said_to_be_unknown(enter: Enter) -> None:
    generate(enter(claims("max@team.example")), "The hills of Max")
    (job,) = services.shared().ledger.jobs.recent(services.shared().accounts.shared().account.id, Kind.IMAGE, 2)
    at = enter(claims("anna@team.example"))
    at.query_params["search"] = job.id
    at.query_params["mode"] = "text_to_video"
    checked(at.switch_page(FILES["Call history"]).run())
    assert "the filters hide them" in texts(at) and "No results for" not in texts(at)
    checked(field(at, "Show results").click().run())
    assert job.id in drawn(at) and "filters hide" not in texts(at)


def test_a_viewer_sees_everybodys_and_has_no_way_to_change_it(enter: Enter, quick: Sandbox) -> None:
    made = generate(enter(claims("max@team.example")), "The hills of Max")
    until(lambda: "saved" in texts(checked(made.run())))
    at = enter(claims("vera@team.example"))
    assert "hills of Max" in texts(at) and not has_form(at)
    pressed = {button.label for button in at.button}
    assert not pressed & {"Edit and try again", "Refresh balance", "Fetch again", "Continue"}
    assert not quick.backend.posts["/v1/generation/upload-file"]


@pytest.mark.slow
def test_a_members_own_key_is_shown_to_nobody_else_whoever_looks_and_however(enter: Enter) -> None:
    owner = enter(claims("max@team.example"))
    checked(field(owner, "API key").set_value(OWN).run())
    generate(owner, "A private thought")
    account = owner.session_state["studio"].account
    (job,) = services.shared().ledger.jobs.recent(account, Kind.IMAGE, 9)
    for other in (claims("anna@team.example"), claims("vera@team.example")):
        at = enter(other)
        checked(field(at, "Whose").set_value("Everyone's").run())
        assert "private thought" not in drawn(at)
        at = titled(at, "Call history")
        checked(field(at, "Search").set_value(job.id).run())
        assert "No results for" in texts(at) and "private thought" not in drawn(at)


def test_without_sign_in_there_is_no_choice_of_whose(page: Open) -> None:
    assert "Whose" not in drawn(page())


@pytest.mark.slow
def test_an_admin_sees_the_spending_and_removes_a_job_which_is_written_down(enter: Enter) -> None:
    made = generate(enter(claims("max@team.example")), "The hills of Max")
    until(lambda: "saved" in texts(checked(made.run())))
    at = enter(claims("anna@team.example"))
    checked(field(at, "Whose").set_value("Everyone's").run())
    checked(field(at, "Remove for good").click().run())
    assert "hills of Max" not in drawn(at)
    at = checked(at.switch_page(ADMINS["Spending"]).run())
    spent, _prices, admin_actions = (table.value for table in at.dataframe)
    assert list(spent["Person"]) == ["Max"] and list(spent["Credits"]) == [7]
    assert list(admin_actions["Admin"]) == ["Anna"] and list(admin_actions["Whose"]) == ["Max"]
    assert "**7** credits" in texts(at)


@pytest.mark.slow
def test_who_is_deleted_while_they_are_here_is_met_again_and_may_go_on(enter: Enter) -> None:
    max_ = generate(enter(claims("max@team.example")), "The hills of Max")
    until(lambda: "saved" in texts(checked(max_.run())))
    at = enter(claims("anna@team.example"))
    at = checked(at.switch_page(ADMINS["Spending"]).run())
    max_id = next(person for person, one in known().items() if one.name == "Max")
    checked(field(at, "Whose").set_value(max_id).run())
    checked(field(at, "Delete for good").click().run())
    assert "1 job and" in texts(at) and max_id not in known()
    checked(at.run())
    assert field(at, "Whose").value is None
    generate(max_, "More hills")
    until(lambda: "saved" in texts(checked(max_.run())))
    assert known()[max_id].name == "Max"


def known() -> dict[str, Person]:
    return services.shared().ledger.people.by_id()


@pytest.mark.parametrize("email", ["max@team.example", "vera@team.example"])
def test_the_spending_is_for_admins(enter: Enter, tally: Tally, email: str) -> None:
    made = generate(enter(claims("max@team.example")), "The hills of Max")
    until(lambda: "saved" in texts(checked(made.run())))
    at = enter(claims(email))
    assert "Remove for good" not in drawn(at) and "Spending" not in drawn(at)
    with pytest.raises(ValueError, match="spending"):
        at.switch_page(ADMINS["Spending"])
    alone = enter(claims(email), file="pages/spending")
    tally.note("credits ·" in drawn(alone) or alone.title[0].value == "Spending")


def test_who_is_out_neither_enters_a_key_nor_takes_jobs_over(enter: Enter, quick: Sandbox, tally: Tally) -> None:
    order(quick, "same-account", keys=[KEY, OWN])
    quick.backend.policy = Policy("reads", image=10_000)
    at = generate(enter(claims("max@team.example")), "Two hills")
    order(quick, "reject-keys", keys=[KEY])
    checked(field(at, "Refresh balance").click().run())
    until(lambda: "WeryAI rejected the team key" in texts(checked(at.run())))
    waiting = enter(claims("max@team.example"))
    checked(field(at, "API key").set_value(OWN).run())
    out = {"auth": AUTH, "access": {**LIST, "emails": ["anna@team.example"]}}
    at.secrets = waiting.secrets = out
    checked(field(at, "Resume").click().run())
    tally.note(not is_closed(at) or services.shared().accounts.shared().api.key != KEY)
    known = len(services.shared().accounts._runtimes)
    checked(field(waiting, "API key").set_value("sk-third-0123456789abcdefdd02").run())
    tally.note(not is_closed(waiting) or len(services.shared().accounts._runtimes) != known)

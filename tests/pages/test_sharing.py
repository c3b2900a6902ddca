"""A job of one's own key is shown to those whom its owner gave its address, and then its card and results alone."""

from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox.server import Sandbox
from studio.core.values import Kind
from tests.conftest import Tally, until
from tests.pages.driving import checked, field, generate, pictures, texts
from tests.pages.signed_in import LIST, OWN, SECRETS, Enter, claims, drawn, is_closed


def at_address(at: AppTest, named: dict[str, str]) -> AppTest:
    for name, value in named.items():
        at.query_params[name] = value
    return checked(at.run())


@pytest.mark.slow
def test_who_made_it_shares_a_job_of_their_own_key_and_nothing_else_of_it(
    enter: Enter,
    quick: Sandbox,
    tally: Tally,
) -> None:
    owner = enter(claims("max@team.example"))
    checked(field(owner, "API key").set_value(OWN).run())
    for prompt in ("A second thought", "A private thought"):
        generate(owner, prompt)
    until(lambda: texts(checked(owner.run())).count("saved") == len(pictures(owner)) == 2)
    (job, other) = services.shared().ledger.jobs.recent(owner.session_state["studio"].account, Kind.IMAGE, 2)
    address = next(code.value for code in owner.code if job.id in code.value)
    named = {name: value for name, (value,) in parse_qs(address.partition("?")[2]).items()}
    for somebody in (claims("anna@team.example"), claims("vera@team.example")):
        at = at_address(enter(somebody), named)
        said = drawn(at)
        assert "A private thought" in said and "Max" in texts(at) and "data:image/webp" in said
        shown = {button.label for button in at.button}
        assert not shown & {"Remove for good", "Fetch again", "Edit and try again"} and "Share…" not in said
        tally.note("99aa" in said or "second thought" in said)
        later = str(int(named["until"]) + 86_400)
        for forged in (
            {"job": other.id},
            {"until": later},
            {"until": "1"},
            {"shared": named["shared"][::-1]},
            {"shared": ""},
        ):
            tally.note("thought" in drawn(at_address(enter(somebody), {**named, **forged})))
        assert "thought" not in drawn(checked(field(at, "All jobs").click().run())) and "shared" not in at.query_params
    tally.note(not is_closed(at_address(enter(None), named)))
    assert "7 credits" in drawn(at_address(enter(claims("anna@team.example")), named))
    checked(field(owner, "Revoke link").click().run())
    at = at_address(enter(claims("anna@team.example")), named)
    assert "it was revoked or has expired" in drawn(at)
    tally.note("thought" in drawn(at))
    address = next(code.value for code in owner.code if job.id in code.value)
    named = {name: value for name, (value,) in parse_qs(address.partition("?")[2]).items()}
    assert "A private thought" in drawn(at_address(enter(claims("anna@team.example")), named)), "a new one opens it"


def test_who_is_out_takes_nothing_back(enter: Enter, quick: Sandbox, tally: Tally) -> None:
    owner = enter(claims("max@team.example"))
    checked(field(owner, "API key").set_value(OWN).run())
    generate(owner, "A private thought")
    until(lambda: "saved" in texts(checked(owner.run())))
    account = owner.session_state["studio"].account
    owner.secrets = {**SECRETS, "access": {**LIST, "emails": ["anna@team.example"]}}
    assert is_closed(checked(field(owner, "Revoke link").click().run()))
    (job,) = services.shared().ledger.jobs.recent(account, Kind.IMAGE, 2)
    tally.note(bool(job.unshared_at))


def test_what_the_teams_key_made_needs_no_sharing(enter: Enter, quick: Sandbox) -> None:
    at = generate(enter(claims("max@team.example")), "The team's hills")
    until(lambda: "saved" in texts(checked(at.run())))
    assert "Share…" not in drawn(at)

"""What is pressed in a component goes to the server one after the other, and again if it was lost."""

import pytest
from playwright.sync_api import Page

from components.parts import component_scripts

PAGE = '<div data-testid="stApp" data-test-script-state="notRunning" data-test-connection-state="CONNECTED"></div>'
SENT = "() => window.sent.map(({name, at}) => [name, at])"


@pytest.fixture
def acts(page: Page) -> Page:
    """A page with the script alone, and a clock that the test moves."""
    page.clock.install(time=1000)
    page.set_content(PAGE)
    page.add_script_tag(content=f"{component_scripts.ACTS}\nwindow.acts = new Acts(); window.sent = [];")
    draw(page, None)
    return page


def draw(page: Page, performed: int | None) -> str | None:
    """Draw the component after the server performed the action of this time; the name of the action that is done."""
    drawn = "performed => acts.draw((_, act) => sent.push(act), performed)?.name ?? null"
    return page.evaluate(drawn, performed)  # type: ignore[no-any-return]


def press(page: Page, *names: str) -> None:
    page.evaluate("names => names.forEach(name => acts.add({name}))", names)


def sent(page: Page) -> list[tuple[str, int]]:
    return [(name, at) for name, at in page.evaluate(SENT)]


def test_the_second_waits_until_the_first_is_performed(acts: Page) -> None:
    press(acts, "one", "two")
    ((name, at),) = sent(acts)
    assert name == "one" and draw(acts, at - 1) is None and len(sent(acts)) == 1
    assert draw(acts, at) == "one" and [name for name, _ in sent(acts)] == ["one", "two"]
    assert draw(acts, at) is None, "an action is done once"


def test_an_action_without_an_answer_is_sent_again_with_the_same_time(acts: Page) -> None:
    press(acts, "one")
    acts.clock.run_for(2001)
    first, second = sent(acts)
    assert first == second and draw(acts, first[1]) == "one"
    acts.clock.run_for(10_000)
    assert len(sent(acts)) == 2, "nothing is left to send"


def test_it_is_not_sent_again_while_the_server_draws_or_is_away(acts: Page) -> None:
    press(acts, "one")
    acts.evaluate("() => document.querySelector('div').setAttribute('data-test-script-state', 'running')")
    acts.clock.run_for(10_000)
    assert len(sent(acts)) == 1
    acts.evaluate("() => document.querySelector('div').setAttribute('data-test-script-state', 'notRunning')")
    acts.clock.run_for(2001)
    assert len(sent(acts)) == 2

"""What is pressed in a component goes to the server with all that has no answer, and again if it was lost."""

import pytest
from playwright.sync_api import Page

from components.parts import component_scripts

PAGE = '<div data-testid="stApp" data-test-script-state="notRunning" data-test-connection-state="CONNECTED"></div>'
SENT = "() => window.sent.map(acts => acts.map(({name, at}) => [name, at]))"


@pytest.fixture
def acts(page: Page) -> Page:
    """A page with the script alone, and a clock that the test moves."""
    page.clock.install(time=1000)
    page.set_content(PAGE)
    page.add_script_tag(content=f"{component_scripts.ACTS}\nwindow.acts = new Acts(); window.sent = [];")
    draw(page, 0)
    return page


def draw(page: Page, performed: int) -> list[str]:
    """Draw the component after the server performed the action of this time; the names of those that are done."""
    drawn = "performed => acts.draw((_, acts) => sent.push([...acts]), performed).map(({name}) => name)"
    return page.evaluate(drawn, performed)  # type: ignore[no-any-return]


def press(page: Page, *names: str) -> None:
    page.evaluate("names => names.forEach(name => acts.add({name}))", names)


def sent(page: Page) -> list[list[tuple[str, int]]]:
    """The messages so far, each with its actions."""
    return [[(name, at) for name, at in message] for message in page.evaluate(SENT)]


def names(page: Page) -> list[list[str]]:
    return [[name for name, _ in message] for message in sent(page)]


def test_each_message_has_everything_without_an_answer(acts: Page) -> None:
    press(acts, "one", "two")
    assert names(acts) == [["one"], ["one", "two"]]
    (_, one), (_, two) = sent(acts)[-1]
    assert one < two and draw(acts, one - 1) == []
    assert draw(acts, one) == ["one"] and draw(acts, one) == [], "an action is done once"
    press(acts, "three")
    assert names(acts)[-1] == ["two", "three"]
    assert draw(acts, sent(acts)[-1][-1][1]) == ["two", "three"]


def test_no_action_is_older_than_what_was_performed_in_this_session(acts: Page) -> None:
    draw(acts, 5_000_000)
    press(acts, "one")
    assert sent(acts)[-1][0][1] > 5_000_000, "else the server would take it for one that it has performed"


def test_an_action_without_an_answer_is_sent_again_with_the_same_time(acts: Page) -> None:
    press(acts, "one")
    acts.clock.run_for(2001)
    first, second = sent(acts)
    assert first == second and draw(acts, first[0][1]) == ["one"]
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

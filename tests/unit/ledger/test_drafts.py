"""What forms hold, in the ledger: whose it is, which text is the newer one, and how long it is kept."""

from datetime import UTC, datetime, timedelta

from studio.core.drafts import FormContent, Owner
from studio.ledger.drafts import KEPT, DraftLedger
from studio.ledger.ledger import Ledger

MAX = Owner("browser", "max")


def test_each_browser_and_person_finds_their_own(ledger: Ledger) -> None:
    held = FormContent("Two hills", 3, {"mode": "text_to_image", "slots": {"images": ["a"]}})
    ledger.drafts.keep(MAX, "image", held)
    assert ledger.drafts.get(MAX, "image") == held
    for other in (Owner("browser"), Owner("browser", "anna"), Owner("other", "max")):
        assert ledger.drafts.get(other, "image") is None
    assert ledger.drafts.get(MAX, "video") is None
    ledger.drafts.drop(MAX, "image")
    assert ledger.drafts.get(MAX, "image") is None


def test_an_older_text_takes_no_newer_ones_place_and_choices_stay_with_a_text_that_comes_alone(ledger: Ledger) -> None:
    ledger.drafts.keep(MAX, "image", FormContent("Two hills", 3, {"mode": "a"}))
    ledger.drafts.keep_text(MAX, "image", FormContent("Two", 2))
    assert ledger.drafts.get(MAX, "image") == FormContent("Two hills", 3, {"mode": "a"})
    ledger.drafts.keep_text(MAX, "image", FormContent("Three hills", 4))
    ledger.drafts.keep(MAX, "image", FormContent("Two hills", 3, {"mode": "b"}))
    assert ledger.drafts.get(MAX, "image") == FormContent("Three hills", 4, {"mode": "b"})
    ledger.drafts.keep_text(MAX, "video", FormContent("A sun", 1))
    assert ledger.drafts.get(MAX, "video") == FormContent("A sun", 1)


def test_what_is_kept_of_a_person_goes_with_them_from_every_browser(ledger: Ledger) -> None:
    others = [Owner("browser"), Owner("browser", "anna")]
    for one in (MAX, Owner("other", "max"), *others):
        ledger.drafts.keep(one, "image", FormContent("Two hills", 1))
    ledger.drafts.drop_of("max")
    assert not ledger.drafts.get(MAX, "image") and not ledger.drafts.get(Owner("other", "max"), "image")
    assert all(ledger.drafts.get(one, "image") for one in others)


def test_a_draft_is_kept_for_a_month(ledger: Ledger) -> None:
    moment = [datetime(2026, 11, 1, tzinfo=UTC)]
    drafts = DraftLedger(ledger.database, lambda: moment[0])
    drafts.keep(MAX, "image", FormContent("Two hills", 1))
    moment[0] += KEPT - timedelta(seconds=1)
    drafts.sweep()
    assert drafts.get(MAX, "image")
    moment[0] += timedelta(seconds=1)
    assert drafts.get(MAX, "image") is None
    drafts.sweep()
    moment[0] -= timedelta(days=1)
    assert drafts.get(MAX, "image") is None, "it is gone and not only out of sight"

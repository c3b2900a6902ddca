"""What jobs of a model did cost, and the price table: read, replaced whole, and logged."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from studio.core.costs import Known
from studio.core.errors import PricesChanged
from studio.core.people import AdminAction
from studio.core.prices import Price, Unit
from studio.core.values import State
from studio.ledger.ledger import Ledger
from studio.ledger.replacement import replace_history
from studio.ledger.snapshot import write_snapshot
from tests.examples import JOB, WHEN

ACTION = AdminAction("deed_1", WHEN, "p_anna", "a", "replaced the price table", "")
IMAGES = Price("text_to_image", "M", "", Unit.RESULT, 7)
VIDEOS = Price("text_to_video", "V", "720p", Unit.SECOND, 0.5)


def test_the_costs_of_a_model_come_with_their_settings_newest_first(ledger: Ledger) -> None:
    ended = replace(JOB, state=State.FINISHED, inputs={"prompt": "hills", "resolution": "2K"})
    others: list[dict[str, Any]] = [{"cost": None}, {"model": "N"}, {"mode": "image_to_image"}, {"account": "b"}]
    for number, facts in enumerate([{"cost": 14.0}, {"cost": 10.0}, *others]):
        at = WHEN + timedelta(seconds=number)
        ledger.jobs.add(
            replace(ended, id=f"job_{number}", submission=str(number), created_at=at, **{"cost": 9.0} | facts)
        )
    known = ledger.models.costs("a", "text_to_image", "M")
    assert known == [Known(5, "M", {"resolution": "2k"}), Known(7, "M", {"resolution": "2k"})]


def test_a_table_is_replaced_whole_and_that_is_logged_and_told(ledger: Ledger) -> None:
    before = ledger.changes.number("a")
    ledger.prices.replace([VIDEOS, IMAGES], ACTION)
    assert ledger.prices.all() == [IMAGES, VIDEOS]
    assert ledger.prices.of("text_to_video", "V") == [VIDEOS]
    assert ledger.prices.of("text_to_video", "M") == []
    assert ledger.spending.admin_actions() == [ACTION]
    assert ledger.changes.number("a") == ledger.changes.number("b") > before
    ledger.prices.replace([IMAGES, VIDEOS], replace(ACTION, id="deed_same"))
    assert ledger.spending.admin_actions() == [ACTION]
    ledger.prices.replace([], replace(ACTION, id="deed_2"))
    assert ledger.prices.all() == []


def test_a_table_that_the_person_has_not_seen_is_not_replaced(ledger: Ledger) -> None:
    ledger.prices.replace([IMAGES], ACTION, [])
    with pytest.raises(PricesChanged):
        ledger.prices.replace([VIDEOS], replace(ACTION, id="deed_2"), [])
    assert ledger.prices.all() == [IMAGES] and ledger.spending.admin_actions() == [ACTION]
    ledger.prices.replace([IMAGES], replace(ACTION, id="deed_2"), [])  # it is what the person wants already
    ledger.prices.replace([VIDEOS], replace(ACTION, id="deed_2"), [IMAGES])
    assert ledger.prices.all() == [VIDEOS]


def test_a_backup_has_the_table_and_brings_back_rows_that_are_missing(ledger: Ledger, tmp_path: Path) -> None:
    ledger.prices.replace([IMAGES, VIDEOS], ACTION)
    with write_snapshot(ledger.database, tmp_path / "backup.db", WHEN) as backup:
        changed = replace(IMAGES, credits=8)
        ledger.prices.replace([changed], replace(ACTION, id="deed_2"))
        replace_history(ledger.database, backup, WHEN, losing=True)
    assert ledger.prices.all() == [changed, VIDEOS]

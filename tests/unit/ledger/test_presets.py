"""Presets in the ledger: what they keep, whose they are, and when they are gone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

from studio.core.presets import Preset, SavedPreset
from studio.core.values import Kind
from studio.ledger.ledger import Ledger
from studio.ledger.replacement import replace_history
from studio.ledger.snapshot import write_snapshot
from tests.examples import WHEN

LATER = WHEN + timedelta(seconds=1)
ONE = Preset(
    *("pre_1", "a", "max", Kind.IMAGE, "Hills", "text_to_image", "M"),
    inputs={"prompt": "hills \N{MOUNTAIN}", "image_number": 2, "generate_audio": True},
    created_at=WHEN,
    updated_at=WHEN,
    models=("N", "O"),
)
TWO = replace(ONE, id="pre_2", person="mia", created_at=LATER)


def with_both(ledger: Ledger) -> Ledger:
    ledger.presets.add(ONE)
    ledger.presets.add(TWO)
    return ledger


def test_presets_of_an_account_and_kind_are_read_as_they_were_written(ledger: Ledger) -> None:
    presets = with_both(ledger).presets
    presets.add(replace(ONE, id="pre_3", kind=Kind.VIDEO))
    presets.add(replace(ONE, id="pre_4", account="b"))
    assert presets.of_kind("a", Kind.IMAGE) == [ONE, TWO] and presets.of_person("a", "mia") == [TWO]
    assert presets.get("a", "pre_2") == TWO and presets.get("b", "pre_2") is None


def test_a_preset_of_an_earlier_studio_has_no_further_models(ledger: Ledger) -> None:
    presets = with_both(ledger).presets
    presets.change(ONE, models=None)
    assert presets.get("a", "pre_1") == replace(ONE, models=())


def test_a_deleted_preset_is_not_listed_until_it_is_restored(ledger: Ledger) -> None:
    presets = with_both(ledger).presets
    presets.change(ONE, deleted_at=LATER)
    assert presets.of_kind("a", Kind.IMAGE) == [TWO] and presets.get("a", "pre_1") == replace(ONE, deleted_at=LATER)
    presets.change(ONE, deleted_at=None, name="Dunes")
    assert presets.of_kind("a", Kind.IMAGE) == [replace(ONE, name="Dunes"), TWO]


def test_a_new_preset_takes_the_place_of_another(ledger: Ledger) -> None:
    presets, new = with_both(ledger).presets, replace(ONE, id="pre_3", updated_at=LATER)
    assert presets.add(new) == SavedPreset(new, ONE)
    assert presets.of_kind("a", Kind.IMAGE) == [new, TWO]
    assert presets.get("a", "pre_1") == replace(ONE, deleted_at=LATER)


def test_of_many_presets_that_are_saved_and_restored_at_once_no_two_have_one_name(ledger: Ledger) -> None:
    presets, deleted = ledger.presets, [replace(ONE, id=f"pre_1{number}", deleted_at=LATER) for number in range(6)]
    for one in deleted:
        presets.add(replace(one, deleted_at=None))
    presets.change(deleted[-1], deleted_at=LATER)
    saves = [partial(presets.add, replace(ONE, id=f"pre_2{number}")) for number in range(3)]
    acts: list[Callable[[], object]] = [*saves, *(partial(presets.restore, one, None, LATER) for one in deleted)]
    start = Barrier(len(acts))

    def at_once(act: Callable[[], object]) -> object:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        assert len([*pool.map(at_once, acts)]) == len(acts)
    names = [one.name for one in presets.of_kind("a", Kind.IMAGE)]
    assert len(names) == len(set(names)) >= len(deleted)


def test_old_deleted_presets_and_those_of_a_person_are_removed(ledger: Ledger) -> None:
    presets = with_both(ledger).presets
    presets.change(ONE, deleted_at=WHEN)
    assert presets.drop_deleted(WHEN) == 0 and presets.drop_deleted(LATER) == 1 and presets.get("a", "pre_1") is None
    assert presets.drop_of("b", "mia") == 0 and presets.drop_of("a", "mia") == 1 and not presets.of_person("a", "mia")


def test_presets_move_with_their_account(ledger: Ledger) -> None:
    with_both(ledger).accounts.add_key("a", "c", shared=False, at=WHEN)
    assert [one.id for one in ledger.presets.of_kind("c", Kind.IMAGE)] == ["pre_1", "pre_2"]


def test_a_backup_has_presets_and_brings_back_those_that_are_missing(ledger: Ledger, tmp_path: Path) -> None:
    with write_snapshot(with_both(ledger).database, tmp_path / "backup.db", WHEN) as backup:
        ledger.presets.drop_of("a", "max")
        ledger.presets.change(TWO, name="Dunes")
        replace_history(ledger.database, backup, WHEN, losing=True)
    assert ledger.presets.of_kind("a", Kind.IMAGE) == [ONE, replace(TWO, name="Dunes")]

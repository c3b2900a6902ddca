"""What the gallery finds: by each filter, in order, and never what somebody does not see in lists."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from studio.core.gallery import GalleryChoices, GalleryFilter, Shape, Viewer
from studio.core.values import Kind, State
from studio.ledger.ledger import Ledger
from studio.ledger.tables import jobs
from tests.examples import WHEN
from tests.unit.ledger.gallery_outputs import EVERYTHING, MAX, found, ids_of, job_with


def test_all_saved_outputs_are_found_newest_job_first_in_the_order_of_their_job(ledger: Ledger) -> None:
    assert found(ledger) == [] and len(ledger.gallery.outputs.find(EVERYTHING, MAX)) == 0
    old, new = job_with(ledger, 1, outputs=2), job_with(ledger, 2, outputs=3)
    assert found(ledger) == ids_of(new) + ids_of(old)


def test_a_layout_has_eight_bytes_and_a_ratio_for_each_output(ledger: Ledger) -> None:
    job_with(ledger, 1, facts={"width": 1600, "height": 900})
    job_with(ledger, 2, facts={"width": 0, "height": 0})
    layout = ledger.gallery.outputs.find(EVERYTHING, MAX)
    assert (layout.ids.typecode, layout.ids.itemsize, len(layout)) == ("q", 8, 2)
    assert list(layout.ratios) == [1.0, pytest.approx(16 / 9)], "of an unknown size as a square"


def test_more_outputs_than_are_read_at_once_are_all_found(ledger: Ledger) -> None:
    made = [job_with(ledger, number, outputs=201) for number in range(3)]
    assert len(ledger.gallery.outputs.find(EVERYTHING, MAX)) == 603
    assert list(ledger.gallery.outputs.find(EVERYTHING, MAX).ids) == [one for job in made[::-1] for one in ids_of(job)]


def test_what_is_not_saved_or_removed_or_of_another_account_is_not_there(ledger: Ledger) -> None:
    shown = job_with(ledger, 1)
    unsaved, removed, other = (job_with(ledger, number, account="b" if number == 4 else "a") for number in (2, 3, 4))
    ledger.jobs.change_output(unsaved.outputs[0].id, key="")
    ledger.jobs.change(removed.id, removed_at=WHEN)
    assert found(ledger) == ids_of(shown)
    assert not ledger.gallery.outputs.items([*ids_of(unsaved), *ids_of(removed), *ids_of(other), 999], MAX)


def test_whoever_lists_only_their_own_sees_no_other_outputs(ledger: Ledger) -> None:
    theirs, own = job_with(ledger, 1, person="mia"), job_with(ledger, 2, person="max")
    alone = replace(MAX, listed="max")
    assert found(ledger, viewer=alone) == ids_of(own)
    assert not ledger.gallery.outputs.items(ids_of(theirs), alone)
    assert found(ledger, GalleryFilter(person=("mia",)), alone) == []
    assert ledger.gallery.outputs.choices(alone).people == ("max",)


VIDEO: dict[str, Any] = {"kind": Kind.VIDEO, "mode": "text_to_video", "model": "V"}
HIGH, NEARLY_SQUARE = {"width": 768, "height": 1344}, {"width": 1020, "height": 1000}


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"kind": Kind.VIDEO}, [4, 3]),
        ({"kind": Kind.IMAGE}, [2, 1]),
        ({"model": ("V",)}, [4, 3]),
        ({"model": ("V", "M")}, [4, 3, 2, 1]),
        ({"mode": ("text_to_image",)}, [2, 1]),
        ({"shape": Shape.PORTRAIT}, [2]),
        ({"shape": Shape.SQUARE}, [1]),
        ({"shape": Shape.LANDSCAPE}, [4, 3]),
        ({"shortest": 5}, [4, 3]),
        ({"shortest": 6}, [4]),
        ({"longest": 10}, [3]),
        ({"shortest": 5, "longest": 5.5}, [3]),
        ({"person": ("mia",)}, [4, 2]),
        ({"since": WHEN + timedelta(hours=3)}, [4, 3]),
        ({"since": WHEN + timedelta(hours=2), "until": WHEN + timedelta(hours=3)}, [2]),
        ({"words": "hügel"}, [3, 1]),
        ({"words": "Hügel nacht"}, [3]),
        ({"words": "夜"}, [4]),
        ({"words": '"'}, [4, 3, 2, 1]),
        ({"words": "dragon"}, []),
        ({"words": "hügel", "kind": Kind.IMAGE, "shape": Shape.SQUARE, "person": ("max",), "model": ("M",)}, [1]),
    ],
)
def test_each_filter_finds_what_it_says(ledger: Ledger, filters: dict[str, Any], numbers: list[int]) -> None:
    wide = {"width": 1920, "height": 1080}
    made = {
        1: job_with(ledger, 1, person="max", prompt="Blaue Hügel", facts=NEARLY_SQUARE),
        2: job_with(ledger, 2, person="mia", prompt="A fox", facts=HIGH),
        3: job_with(ledger, 3, person="max", prompt="Hügel bei Nacht", facts=wide | {"seconds": 5.0}, **VIDEO),
        4: job_with(ledger, 4, person="mia", prompt="Lantern 東京の夜", facts=wide | {"seconds": 10.0}, **VIDEO),
    }
    assert found(ledger, GalleryFilter(**filters)) == [one for number in numbers for one in ids_of(made[number])]


def test_an_error_of_a_call_is_no_word_of_a_prompt(ledger: Ledger) -> None:
    job = job_with(ledger, 1, prompt="A fox")
    with ledger.database.write() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO words (about, job, account, text) VALUES ('req_1', '{job.id}', 'a', 'insufficient balance')"
        )
    assert found(ledger, GalleryFilter(words="fox")) and not found(ledger, GalleryFilter(words="insufficient"))


@pytest.mark.parametrize(
    ("prompt", "found_by", "not_by"),
    [
        ("A bear", "bear bears BEARS Bea", "bearings"),
        ("Two bears", "bear bears Bears", "bearss"),
        ("A city at night", "city cities nights", "citizen cit's"),
        ("Cities in the sky", "city cities skies", "skiing"),
        ("A glass of gas", "glass glasses gas", "gasses"),
        ("Vases on canvas", "vase vases canvas", "vasen"),
        ("A fox", "fox foxes", "fo%es fo_es"),
    ],
)
def test_a_word_is_found_in_singular_and_plural(ledger: Ledger, prompt: str, found_by: str, not_by: str) -> None:
    ids = ids_of(job_with(ledger, 1, prompt=prompt))
    job_with(ledger, 2, prompt="Something else")
    for word in found_by.split():
        assert found(ledger, GalleryFilter(words=word)) == ids, word
    assert found(ledger, GalleryFilter(words=found_by)) == ids
    for word in not_by.split():
        assert not found(ledger, GalleryFilter(words=word)), word


def test_items_come_in_the_order_asked_for_with_their_job(ledger: Ledger) -> None:
    one, two = job_with(ledger, 1, outputs=2), job_with(ledger, 2)
    asked = [ids_of(one)[1], *ids_of(two), ids_of(one)[0]]
    items = ledger.gallery.outputs.items([*asked, 12345], MAX)
    assert [item.output.id for item in items] == asked
    assert [item.job.id for item in items] == ["job_1", "job_2", "job_1"]
    assert items[0].job == one and items[0].output == one.outputs[1]
    assert not ledger.gallery.outputs.items([], MAX)


def test_the_menus_have_what_occurs_among_the_outputs(ledger: Ledger) -> None:
    job_with(ledger, 1, person="max")
    job_with(ledger, 2, person="mia", **VIDEO)
    job_with(ledger, 3, account="b", person="zoe", model="X")
    lost = job_with(ledger, 4, person="lea", model="Y", mode="image_to_image")
    ledger.jobs.change_output(lost.outputs[0].id, key="")
    expected = GalleryChoices(("M", "V"), ("text_to_image", "text_to_video"), ("max", "mia"))
    assert ledger.gallery.outputs.choices(MAX) == expected
    assert ledger.gallery.outputs.choices(Viewer("c")) == GalleryChoices()


def test_a_new_ledger_takes_jobs_and_outputs_from_code_that_knows_nothing_of_the_gallery(ledger: Ledger) -> None:
    job = job_with(ledger, 1)
    with ledger.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO outputs (task, position, kind, url, key, size, width, height, seconds, attempts) "
            f"VALUES ({job.tasks[0].id}, 1, 'image', '', 'k.png', 1, 2, 1, 0, 0)"
        )
        connection.execute(jobs.update().values(state=State.FINISHED))
    assert len(found(ledger)) == 2

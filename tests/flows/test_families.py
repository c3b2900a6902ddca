"""The family of a job: from which results it came, what was made of them, what that cost, and who sees it."""

from dataclasses import replace
from typing import Any

import pytest

from studio.core import family
from studio.core.family import Family, Relative
from studio.core.reference import Upload
from studio.core.values import Job
from studio.media.output_uses import from_output
from tests.conftest import Harness
from tests.examples import WHEN
from tests.unit.ledger.gallery_outputs import job_with


def made_from(harness: Harness, number: int, *sources: Job, mode: str = "image_to_image", **about: Any) -> Job:
    """A job that used the last result of each source; its own results cost a credit for each place of its number."""
    urls = [_uploaded(harness, source) for source in sources]
    inputs = {"prompt": f"Number {number}", **({"images": urls} if urls else {})}
    facts: dict[str, Any] = {"sha256": f"{number:064x}"}
    merged: dict[str, Any] = {
        "account": "test",
        "person": "p_max",
        "cost": float(number),
        "inputs": inputs,
        "mode": mode,
    } | about
    return job_with(harness.ledger, number, facts=facts, **merged)


def _uploaded(harness: Harness, job: Job) -> str:
    output = (harness.ledger.jobs.get(job.id) or job).outputs[-1]
    reference = from_output(output, "A result", person="p_max", at=WHEN, account="test")
    harness.ledger.references.add(reference)
    url = f"https://static.weryai.com/{output.sha256}.png?a=1&b=2"
    harness.ledger.references.add_upload(Upload("test", reference.sha256, url, WHEN, "p_max"))
    return url


def drawn(found: Family | Relative) -> Any:
    """The numbers of jobs, nested."""
    if isinstance(found, Family):
        return [drawn(one) for one in found.roots]
    below = [drawn(one) for one in found.children]
    number = int(found.job.id.removeprefix("job_"))
    return (number, below) if below else number


def of(harness: Harness, job: Job, **about: Any) -> Family:
    return replace(harness.client, **{"person": "p_max"} | about).families.of(job)


def test_the_whole_family_is_the_same_tree_from_each_of_its_jobs(harness: Harness) -> None:
    root = made_from(harness, 1, mode="text_to_image")
    edit, other = made_from(harness, 2, root), made_from(harness, 3, root)
    film = made_from(harness, 4, edit, mode="multi_image_to_video")
    stranger = made_from(harness, 5, mode="text_to_image")
    for job in (root, edit, other, film):
        assert drawn(of(harness, job)) == [(1, [(2, [4]), 3])]
    found = of(harness, film)
    assert (found.cost, [one.cost for one in found.roots[0].children]) == (10, [6, 3]) and not found.is_cut
    assert drawn(of(harness, stranger)) == [5]


def test_a_video_that_goes_on_from_the_last_frame_of_another_is_below_it(harness: Harness) -> None:
    root = made_from(harness, 1, mode="text_to_video")
    (output,) = root.outputs
    frame = replace(from_output(output, "The end", person="p_max", at=WHEN, account="test"), sha256="f" * 64)
    harness.ledger.references.add(replace(frame, key="references/f.png", source=output.key))
    harness.ledger.references.add_upload(Upload("test", frame.sha256, "https://static.weryai.com/f.png", WHEN, "p_max"))
    longer = made_from(harness, 2, mode="image_to_video", inputs={"image": "https://static.weryai.com/f.png"})
    for job in (root, longer):
        assert drawn(of(harness, job)) == [(1, [2])]


def test_a_job_of_several_sources_is_there_once_below_the_first(harness: Harness) -> None:
    one, two = (made_from(harness, number, mode="text_to_image") for number in (1, 2))
    both = made_from(harness, 3, one, two, mode="multi_image_to_video")
    found = of(harness, both)
    assert drawn(found) == [(1, [3]), 2] and found.roots[0].children[0].others == 1
    assert found.cost == 6, "nothing is counted twice"


def test_what_was_deleted_or_failed_stays_in_the_tree_with_its_cost(harness: Harness) -> None:
    root = made_from(harness, 1, mode="text_to_image")
    gone, film = made_from(harness, 2, root), made_from(harness, 3, root, mode="multi_image_to_video")
    client = replace(harness.client, person="p_max")
    assert client.gallery.delete([root.outputs[0].id]) and client.jobs.delete(gone.id)
    assert drawn(of(harness, film)) == [(1, [2, 3])] and of(harness, film).cost == 6


@pytest.mark.parametrize(
    ("who", "sees"),
    [({"person": "p_max"}, True), ({"person": "p_mia"}, False), ({"person": "p_anna", "is_admin": True}, True)],
)
def test_what_somebody_else_deleted_is_nobodys_to_see_but_its_owners_and_admins(
    harness: Harness, who: dict[str, Any], sees: bool
) -> None:
    root = made_from(harness, 1, mode="text_to_image")
    client, anyone = replace(harness.client, person="p_max"), replace(harness.client, **who)
    assert anyone.families.may_see(root) and client.jobs.delete(root.id)
    assert anyone.families.may_see(harness.now(root)) is sees


def test_whoever_lists_only_their_own_sees_their_own_and_nobody_another_account_or_what_was_removed(
    harness: Harness,
) -> None:
    root = made_from(harness, 1, mode="text_to_image", person="p_mia")
    mine, removed = made_from(harness, 2, root), made_from(harness, 3, root)
    harness.ledger.jobs.change(removed.id, removed_at=WHEN)
    made_from(harness, 4, root, account="other")
    assert drawn(of(harness, mine)) == [(1, [2])]
    assert drawn(of(harness, mine, only_mine=True)) == [2]
    assert drawn(of(harness, mine, only_mine=True, person="p_mia")) == [(1, [2])], "with the one that she opened"


def test_a_large_family_is_cut_and_keeps_the_way_to_the_job(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.client_parts.families.MOST", 4)
    root = made_from(harness, 1, mode="text_to_image")
    for number in range(2, 7):
        made_from(harness, number, root)
    last = made_from(harness, 9, made_from(harness, 8, root))
    found = of(harness, last)
    assert found.is_cut and len(found.jobs) == 4 and {"job_1", "job_8", "job_9"} <= {job.id for job in found.jobs}
    assert family.MOST == 200


def test_the_same_bytes_twice_make_no_circle(harness: Harness) -> None:
    root = made_from(harness, 1, mode="text_to_image")
    edit = made_from(harness, 2, root)
    harness.ledger.jobs.change_output(edit.outputs[0].id, sha256=root.outputs[0].sha256, key=root.outputs[0].key)
    assert drawn(of(harness, edit)) == [(1, [2])]
    assert of(harness, edit).cost == 3

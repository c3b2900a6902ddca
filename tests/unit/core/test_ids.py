"""The ids that the studio gives."""

import time

from pytest import MonkeyPatch

from studio.core import ids


def test_ids_sort_by_time_and_differ_within_a_moment(monkeypatch: MonkeyPatch) -> None:
    made = []
    for moment in (1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000):
        monkeypatch.setattr(time, "time_ns", lambda moment=moment: moment * 1_000_000)
        made.append(ids.new("req"))
    assert len(set(made)) == 4
    assert max(made[:2]) < made[2] < made[3]
    assert {len(one) for one in made} == {len("req_") + 19}

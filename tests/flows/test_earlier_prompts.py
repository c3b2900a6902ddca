"""Earlier prompts as people use them: their own alone, with what came out."""

from dataclasses import replace

from tests.conftest import Harness
from tests.conftest import on_sqlite as url  # noqa: F401
from tests.flows.flow import DRAFT, made


def test_a_person_finds_their_own_prompts_with_results_and_no_deleted_ones(harness: Harness) -> None:
    client, other = made(harness), replace(harness.client, person="p_mia", is_admin=True)
    (one,) = client.earlier_prompts.newest(25)
    assert one.text == DRAFT.inputs["prompt"] and one.jobs == 1 and one.job.outputs[0].is_shown
    assert other.earlier_prompts.newest(25) == [] and client.earlier_prompts.newest(25, "no such words") == []
    made(harness, "p_mia")
    assert [found.job.person for found in other.earlier_prompts.newest(25)] == ["p_mia"]
    client.jobs.delete(one.job.id)
    assert client.earlier_prompts.newest(25) == []
    client.jobs.restore(one.job.id)
    assert client.earlier_prompts.newest(25)[0].job.id == one.job.id

"""What pages show of deleted results and cards: nothing on cards, and a mark in the call history."""

from components.session import services
from studio.client import Client
from studio.core.values import Kind
from tests.pages.driving import Open, checked, generate, pictures, texts, ticks_until, until_saved


def client() -> Client:
    return Client(services.shared().accounts.shared(), services.shared().ledger)


def test_a_deleted_result_is_not_on_its_card_and_a_deleted_card_not_in_the_list(page: Open) -> None:
    at = generate(page(), "Two hills", Number_of_images=2)
    ticks_until(at, lambda: len(pictures(at)) == 2)
    (job,) = client().jobs.recent(Kind.IMAGE, 9)
    client().gallery.delete([job.outputs[0].id])
    checked(at.run())
    assert pictures(at) == ["Two hills, 2 of 2"] and ", saved" in texts(at)
    client().gallery.delete([job.outputs[1].id])
    checked(at.run())
    assert not pictures(at) and "Two hills" in texts(at)
    client().jobs.delete(job.id)
    checked(at.run())
    assert "Succeeded" not in texts(at) and not pictures(at)
    assert "Deleted: Two hills" in texts(page("Image", job=job.id)), "a link still names it"


def test_the_call_history_keeps_a_deleted_job_with_a_mark(page: Open) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    (job,) = client().jobs.recent(Kind.IMAGE, 9)
    client().jobs.delete(job.id)
    history = page("Call history")
    (table,) = [one.value for one in history.dataframe if "Prompt" in one.value]
    assert list(table["Status"]) == [["Deleted"]] and list(table["Preview"]) == [""]
    opened = page("Call history", job=job.id)
    assert "Deleted" in texts(opened) and not pictures(opened)

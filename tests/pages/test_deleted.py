"""What pages show of deleted results and cards: nothing on cards, and a mark in the call history."""

from streamlit.testing.v1 import AppTest

from components.session import services
from studio.client import Client
from studio.core.values import Kind
from tests.pages.driving import Open, checked, generate, texts, until_saved


def alts(at: AppTest) -> list[str]:
    """What screen readers say of the results on the page."""
    found = [one.alt for element in at.image for one in element.proto.imgs]
    return [alt for alt in found if not alt.startswith("Sample: ")]


def client() -> Client:
    return Client(services.shared().accounts.shared(), services.shared().ledger)


def test_a_deleted_result_is_not_on_its_card_and_a_deleted_card_not_in_the_list(page: Open) -> None:
    at = generate(page(), "Two hills", Number_of_images=2)
    until_saved(at)
    (job,) = client().jobs.recent(Kind.IMAGE, 9)
    client().gallery.delete([job.outputs[0].id])
    checked(at.run())
    assert alts(at) == ["Two hills, 2 of 2"] and ", saved" in texts(at)
    client().gallery.delete([job.outputs[1].id])
    checked(at.run())
    assert not alts(at) and "Two hills" in texts(at)
    client().jobs.delete(job.id)
    checked(at.run())
    assert "Succeeded" not in texts(at) and not alts(at)
    assert "Deleted" in texts(page("Image", job=job.id)), "a link still opens it"


def test_the_call_history_keeps_a_deleted_job_with_a_mark(page: Open) -> None:
    at = generate(page(), "Two hills")
    until_saved(at)
    (job,) = client().jobs.recent(Kind.IMAGE, 9)
    client().jobs.delete(job.id)
    history = page("Call history")
    (table,) = [one.value for one in history.dataframe if "Prompt" in one.value]
    assert list(table["Status"]) == [["Deleted"]] and list(table["Preview"]) == [""]
    opened = page("Call history", job=job.id)
    assert "Deleted" in texts(opened) and not alts(opened)

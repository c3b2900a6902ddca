"""The quality of an image: offered where a model has it, left out unless it is chosen, and kept with the job."""

from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.pages.driving import Open, checked, choose, field, generate, texts, until_saved
from tests.pages.form_files import sent


def test_a_quality_is_sent_shown_and_brought_back_by_reuse(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    assert field(at, "Prompt").limit == 10_000
    generate(at, "Two hills", Quality="high")
    until_saved(at)
    assert sent(quick)["quality"] == "high" and "High quality" in texts(at)
    field(at, "Quality").set_value("low").run()
    choose(at, "Everything")
    generate(checked(at.run()), "Two hills again")  # the same at once would be taken for a double click
    assert len(quick.backend.tasks) == 2 and sent(quick)["quality"] == "high"


def test_by_default_no_quality_is_sent_and_reuse_of_such_a_job_leaves_it_out(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    at = generate(at, "Two hills")
    until_saved(at)
    assert "quality" not in sent(quick) and "quality" not in texts(at)
    field(at, "Quality").set_value("low").run()
    choose(at, "Everything")
    generate(checked(at.run()), "Two hills again")
    assert len(quick.backend.tasks) == 2 and "quality" not in sent(quick)


def test_a_model_without_a_quality_says_that_it_is_not_sent(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    checked(field(at, "Quality").set_value("medium").run())
    checked(field(at, "Model").set_value("SEEDREAM_4").run())
    assert "ignores the quality Medium" in texts(at)
    generate(at, "Two hills")
    assert "quality" not in sent(quick)
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    assert field(at, "Quality").value == "medium"


def test_an_answer_about_the_quality_stands_at_its_field(page: Open, quick: Sandbox) -> None:
    at = page()
    checked(field(at, "Model").set_value("GPT_IMAGE_2").run())
    quick.orders.faults.add(Fault("refuse", code=1002, message="quality high is not supported"))
    generate(at, "Two hills", Quality="high")
    said = texts(at).count("quality high is not supported")
    assert said == 2, "at the field, and on the card"
    checked(field(at, "Quality").set_value("low").run())
    assert texts(at).count("quality high is not supported") == 1

"""What the page of the history did wrong once."""

import pytest

from tests.pages.driving import Open, checked
from tests.pages.history_table import recorded, shown, table


@pytest.mark.parametrize(
    "body",
    [
        r'{"message": "\ud800"}',
        "[" * 30_000,
        "[" * 3_000 + "]" * 3_000,
        "[" * 900 + "1," * 28_000 + "1" + "]" * 900,
        "{not JSON",
    ],
)
def test_an_answer_that_cannot_be_laid_out_is_shown_as_it_came(page: Open, body: str) -> None:
    call = recorded(response_body=body)
    assert body in shown(page("Call history", call=call.id)) and len(body) < 10**5


def test_a_choice_counts_as_many_calls_as_the_list_then_has(page: Open) -> None:
    for number in range(12):
        path = "/v1/generation/task_1/status"
        recorded(id=f"req_p{number}", method="GET", path=path, task_id="task_1", http_status=200)
    recorded(id="req_post", http_status=200)
    recorded(id="req_get", method="GET", http_status=402, error_kind="OutOfCreditsError")
    at = page("Call history", view="calls")
    at.session_state["add-filter"] = True
    at = checked(at.run())
    (choices,) = [one.options for one in at.multiselect if one.label == "HTTP status"]
    listed = [status for status in table(at)["Status"] if status == ["200"]]
    assert f"200 ({len(listed)})" in choices

"""The history's page: what is found, filtered, opened by its address, explained, sent again and exported."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy
from streamlit.testing.v1 import AppTest

from components.history import address
from components.parts import file_urls
from components.parts.markdown import escape
from components.served import routes
from components.session import page_address, services
from sandbox.server import Sandbox
from studio.core.values import State, now
from studio.history.history import History, as_csv
from studio.ledger.tables import calls
from tests.conftest import KEY, order, until
from tests.examples import JOB
from tests.pages.driving import FILES, Open, checked, elements, field, generate, texts, ticks_until
from tests.pages.history_table import POST, client, frame, made, recorded, shown, table

NASTY = "=1+1 <b>bold</b> **stars** ![](https://evil.example/x.png) \u202eright to left"


def choose(at: AppTest, row: int) -> AppTest:
    """Click a row of the list."""
    key = frame(at, "Status").proto.id.split("-", 2)[2]
    at.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": [(row, "Model")]}}
    return checked(at.run())


def chips(at: AppTest) -> Any:
    """The filters that are on."""
    return next(pills for pills in elements(at, "button_group") if pills.label == "Filters")


def without(at: AppTest, condition: str) -> Any:
    """Click the chip of this condition."""
    return chips(at).set_value([chip for chip in chips(at).value if condition not in chip])


def links(at: AppTest) -> list[str]:
    return [link.proto.label for link in elements(at, "page_link")]


@pytest.mark.slow
def test_a_line_is_a_job_or_a_call_and_one_that_is_clicked_is_shown_below(page: Open) -> None:
    job = made(page)
    at = page("Call history")
    assert list(table(at)["Prompt"]) == ["Two hills"] and list(table(at)["Status"].iloc[0]) == ["Succeeded"]
    said = shown(choose(at, 0))
    assert job in said and at.query_params["job"] == job and "Balance" in said and "993 after" in said
    steps = frame(at, "Step").value
    assert {"Queued", "Submission", "Polls", "Task", "Download"} <= set(steps["Step"])
    assert steps[steps["Step"] == "Polls"]["What"].iloc[0].startswith("1 poll, 0 errors, ")
    at = page("Call history", view="calls")
    posts = [place for place, method in enumerate(table(at)["Method"]) if method == "POST"]
    said = shown(choose(at, posts[0]))
    assert '"prompt": "Two hills"' in said and "task_ids" in said and "Authorization: [removed]" in said
    assert "curl -X POST" in said and "$WERYAI_API_KEY" in said and KEY not in said


@pytest.mark.parametrize("view", ["jobs", "calls"])
@pytest.mark.slow
def test_a_click_opens_the_line_that_was_on_the_screen_whatever_came_meanwhile(page: Open, view: str) -> None:
    made(page)
    job = made(page, "Three hills")
    at = page("Call history", view=view)
    name = "Job" if view == "jobs" else "Request"
    before = list(table(at)[name])
    made(page, "Four hills")
    choose(at, 1)
    assert at.query_params[view.removesuffix("s")] == before[1] != job and list(table(at)[name]) == before
    checked(field(at, "Search").set_value("four").run())
    assert before[1] not in set(table(at)[name]), "the next list is a new one"


def newer(at: AppTest) -> list[str]:
    """What is said to have come since."""
    return [one.label for one in at.button if re.match("Update list|Show .*new ", one.label)]


@pytest.mark.parametrize(("view", "said"), [("jobs", "Show 2 new jobs"), ("calls", "Show 2 new calls")])
def test_what_has_come_since_the_list_was_drawn_is_said_and_drawn_when_asked_for(
    page: Open, view: str, said: str
) -> None:
    made(page)
    services.shared().accounts.stop()
    at = choose(page("Call history", view=view), 0)
    before = [*table(at).iloc[:, -1]]
    assert not newer(at)
    for name in "ab":
        job = replace(JOB, id=f"job_{name}", submission=name, account=client().account.id, created_at=now())
        client().ledger.jobs.add(job)
        recorded(id=f"req_{name}", at=now() - timedelta(seconds=1))  # it had begun before the list was drawn
    assert newer(checked(at.run())) == [said] and [*table(at).iloc[:, -1]] == before
    checked(field(at, said).click().run())
    assert not newer(at) and {"job_a", "req_a"} & {*table(at)["Job" if view == "jobs" else "Request"]}
    assert view.removesuffix("s") not in at.query_params, "no row of the new list is chosen"


def test_what_is_new_is_counted_within_the_filters_and_only_told_where_that_takes_more_than_a_look(page: Open) -> None:
    made(page)
    services.shared().accounts.stop()
    filters = ({"model": "WERYAI_IMAGE_2_0"}, {"mode": "text_to_image"}, {"search": "hills"}, {"outcome": "Succeeded"})
    opened = [choose(page("Call history", **given), 0) for given in filters]
    job = replace(JOB, submission="new", account=client().account.id, created_at=now(), prompt="A valley")
    client().ledger.jobs.add(job)
    assert [newer(checked(at.run())) for at in opened] == [[], ["Show 1 new job"], [], []]
    assert client().ledger.jobs.move(job.id, State.QUEUED, State.CANCELLED)
    client().ledger.jobs.add(replace(job, id="job_hills", submission="hills", prompt="Two hills"))
    assert [newer(checked(at.run())) for at in opened] == [[], ["Show 2 new jobs"], ["Update list"], []]


def test_an_empty_list_leads_to_the_forms(page: Open) -> None:
    at = page("Call history")
    assert "No jobs yet" in texts(at) and {"Image", "Video"} <= set(links(at)) and not newer(at)


def test_a_list_of_open_jobs_is_offered_anew_though_as_many_ended_as_came(page: Open) -> None:
    made(page)
    services.shared().accounts.stop()
    first = replace(JOB, account=client().account.id, created_at=now())
    client().ledger.jobs.add(first)
    at = choose(page("Call history", outcome="Open"), 0)
    client().ledger.jobs.add(replace(first, id="job_2", submission="s:2", created_at=now()))
    assert client().ledger.jobs.move(first.id, State.QUEUED, State.CANCELLED)
    assert newer(checked(at.run())) == ["Update list"] and list(table(at)["Job"]) == [first.id]
    checked(field(at, "Update list").click().run())
    assert list(table(at)["Job"]) == ["job_2"] and not newer(at)


@pytest.mark.parametrize("gone", ["another", "itself"])
def test_a_line_that_is_deleted_takes_no_other_ones_place(page: Open, gone: str) -> None:
    made(page)
    at = page("Call history", view="calls")
    first, second, *others = table(at)["Request"]
    assert choose(at, 1).query_params["call"] == second
    with client().ledger.database.write() as connection:
        connection.execute(sa.delete(calls).where(calls.c.id == (first if gone == "another" else second)))
    for _ in range(2):
        checked(at.run())
        if gone == "another":
            assert at.query_params["call"] == second and [*table(at)["Request"]] == [second, *others]
        else:
            assert "call" not in at.query_params and [*table(at)["Request"]] == [first, *others]


def test_the_address_says_which_line_comes_first_and_a_chip_takes_it_away(page: Open) -> None:
    made(page)
    at = page("Call history", view="calls", order="slowest")
    took = list(table(at)["Duration"])
    assert took == sorted(took, reverse=True) and len(took) > 3
    assert "slowest first" in str(chips(at).proto)
    checked(without(at, "order").run())
    assert "order" not in at.query_params and list(table(at)["Time"]) == sorted(table(at)["Time"], reverse=True)
    assert list(table(page("Call history", view="calls", order="dearest"))["Time"]) == list(
        table(page("Call history", view="calls"))["Time"]
    ), "calls cost nothing"


@pytest.mark.slow
def test_a_page_that_is_turned_shows_the_next_lines_of_the_same_list(page: Open) -> None:
    start = now() - timedelta(hours=1)  # before all that the studio asks by itself
    for number in range(15):
        recorded(id=f"req_{number}", at=start - timedelta(seconds=number))
    first = list(table(page("Call history", view="calls", before=start.isoformat()))["Request"])
    recorded(id="req_new")
    at = page("Call history", view="calls", page="2", before=start.isoformat())
    assert [*first, *table(at)["Request"]] == [f"req_{number}" for number in range(1, 15)]
    checked(field(at, "Search").set_value("hills").run())
    assert not {"page", "before"} & set(at.query_params), "another list is of now"
    for nonsense in ("x", "9999-99-99", "0001-01-01"):
        page("Call history", view="calls", before=nonsense)


@pytest.mark.slow
def test_a_run_that_is_cut_off_while_a_row_opens_leaves_the_list(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    job = made(page)
    write, shows_list = QueryParamsProxy.from_dict, []

    def watched(self: QueryParamsProxy, query: dict[str, list[str]]) -> None:
        write(self, query)
        shows_list.append(address.shows_list())

    at = page("Call history")
    monkeypatch.setattr(QueryParamsProxy, "from_dict", watched)
    assert choose(at, 0).query_params["job"] == job
    assert shows_list == [True]
    assert checked(at.run()).query_params["job"] == job, "and it stays open"


@pytest.mark.slow
def test_what_the_browser_sent_before_it_had_the_newest_address_undoes_nothing(
    page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = made(page)
    at = page("Call history", time="all")
    checked(choose(at, 0))
    checked(field(at, "View").set_value("Calls").run())
    assert "Request" in table(at)
    at.query_params.clear()
    at.query_params.update({"time": "all", "job": job})
    assert "Request" in table(checked(at.run())) and at.query_params["view"] == "calls"
    at.query_params.pop("view")
    monkeypatch.setattr(page_address, "LATE_SECONDS", 0)
    assert "Request" not in table(checked(at.run())), "what comes later is meant"


def test_an_address_that_somebody_goes_to_is_meant_once_the_browser_had_the_newest(page: Open) -> None:
    made(page)
    at = page("Call history", time="all")
    checked(field(at, "View").set_value("Calls").run())
    assert "Request" in table(checked(at.run())), "the browser has it"
    at.query_params.pop("view")
    assert "Request" not in table(checked(at.run()))


@pytest.mark.slow
def test_back_in_the_browser_is_meant_at_once(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    made(page)
    at = page("Call history", time="all")
    checked(field(at, "View").set_value("Calls").run())
    at.query_params.pop("view")
    with monkeypatch.context() as back:
        back.setattr(page_address, "is_history_navigation", lambda: True)
        assert "Request" not in table(checked(at.run()))
    assert "Request" not in table(checked(at.run())), "and stays so"
    choose(at, 0)
    at.query_params.pop("job")
    with monkeypatch.context() as back:
        back.setattr(page_address, "is_history_navigation", lambda: True)
        checked(at.run())
    assert "job" not in at.query_params and "Go to card" not in links(at), "the row is closed"


@pytest.mark.slow
def test_a_press_that_puts_much_into_the_address_is_one_step(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    job = made(page)
    at, steps = page("Call history", job=job, model="WERYAI_IMAGE_2_0"), []
    write = QueryParamsProxy.from_dict

    def noted(self: QueryParamsProxy, query: Any) -> None:
        steps.append(query)
        write(self, query)

    monkeypatch.setattr(QueryParamsProxy, "from_dict", noted)
    checked(field(at, "All calls").click().run())
    assert steps == [{"view": ["calls"], "search": [job]}]
    at = page("Call history", time="all")
    choose(at, 0)
    steps.clear()
    checked(field(at, "View").set_value("Calls").run())
    assert steps == [{"time": ["all"], "view": ["calls"]}], "the row is closed by the same step"


@pytest.mark.slow
def test_who_comes_back_from_another_page_finds_what_was_open(page: Open) -> None:
    job = made(page)
    at = choose(page("Call history", time="all"), 0)
    checked(at.switch_page(FILES["Video"]).run())
    at.query_params.update({"time": "all", "job": job})
    checked(at.switch_page(FILES["Call history"]).run())
    assert job in shown(at) and at.query_params["job"] == job


def test_an_address_opens_what_it_names_alone_and_the_way_back_leads_to_the_list(page: Open) -> None:
    job = made(page)
    at = page("Call history", job=job)
    assert job in shown(at) and not at.metric and "Go to card" in links(at)
    checked(field(at, "Back to the list").click().run())
    assert list(table(at)["Job"]) == [job] and "job" not in at.query_params
    call = client().ledger.history.calls_of(job)[0][-1]
    at = page("Call history", call=call.id)
    assert call.id in shown(at)
    checked(field(at, "Go to job").click().run())
    assert at.query_params["job"] == job
    assert "No results for" in texts(page("Call history", job="job_of_nobody"))


def test_polls_that_went_well_are_hidden_until_somebody_asks(page: Open) -> None:
    for number in range(12):
        kind = "ServerError" if number == 3 else ""
        recorded(
            id=f"req_p{number}", method="GET", path="/v1/generation/task_1/status", task_id="task_1", error_kind=kind
        )
    recorded(id="req_post")
    at = page("Call history", view="calls")
    assert {"req_post", "req_p3"} <= set(table(at)["Request"]) and "req_p5" not in set(table(at)["Request"])
    assert "11 polls hidden" in texts(at)
    checked(without(at, "polls").run())
    assert at.query_params["polls"] == "shown" and "hidden" not in texts(at) and "req_p5" in set(table(at)["Request"])
    for asked in ({"search": "req_p5"}, {"path": "/v1/generation/{task_id}/status"}):
        at = page("Call history", view="calls", **asked)
        assert "req_p5" in set(table(at)["Request"]) and "hidden" not in texts(at)


def test_polls_are_called_hidden_where_there_are_more_calls_than_are_counted(
    page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("components.history.lines", "studio.ledger.history.pages"):
        monkeypatch.setattr(f"{module}.MOST_COUNTED", 2)
    for number in range(3):
        recorded(id=f"req_post_{number}")
        recorded(id=f"req_p{number}", method="GET", path="/v1/generation/task_1/status", task_id="task_1")
    assert "2+ calls · polls hidden" in texts(page("Call history", view="calls"))


@pytest.mark.parametrize("view", ["jobs", "calls"])
def test_it_is_told_how_many_lines_lie_before_the_time_that_is_shown(page: Open, view: str) -> None:
    for number, days in enumerate((0, 2, 3)):
        moment = now() - timedelta(days=days)
        recorded(id=f"req_{number}", at=moment)
        job = replace(JOB, id=f"job_{number}", submission=f"s:{number}", state=State.DISMISSED)
        client().ledger.jobs.add(replace(job, created_at=moment, account=client().account.id))
    for other in ({"time": "30d"}, {"model": "of_none"}):
        assert not older(page("Call history", view=view, **other))
    at = page("Call history", view=view, order="slowest")
    assert older(at) == ["Show 2 older"]
    checked(field(at, "Show 2 older").click().run())
    assert (at.query_params["time"], at.query_params["order"]) == ("all", "slowest") and not older(at)
    name = "job" if view == "jobs" else "req"
    assert {f"{name}_1", f"{name}_2"} < set(table(at)["Job" if view == "jobs" else "Request"])
    assert "24 hours" not in str(chips(at).proto)


def older(at: AppTest) -> list[str]:
    return [button.label for button in at.button if button.label.endswith("older")]


def test_of_too_many_matches_it_is_said_how_many_are_shown(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.ledger.history.search.MOST_MATCHES", 3)
    for number in range(5):
        job = replace(JOB, id=f"job_{number}", submission=f"s:{number}", state=State.REFUSED, reason="hills")
        client().ledger.jobs.add(replace(job, created_at=now(), account=client().account.id))
        recorded(id=f"req_{number}", job=job.id, error="hills", error_kind="ServerError")
    at = page("Call history", search="hills")
    (shown_only,) = [one.value for one in at.caption if "Too many matches" in one.value]
    (counted,) = [one.value for one in at.caption if " of " in one.value and one.value.startswith("1 to")]
    assert f"Showing only {counted.partition(' of ')[2]};" in shown_only and "5 jobs" not in shown_only


@pytest.mark.parametrize("view", ["jobs", "calls"])
@pytest.mark.slow
def test_it_is_searched_by_ids_their_beginnings_and_words_and_the_address_says_so(page: Open, view: str) -> None:
    job = made(page)
    (task,) = (client().jobs.get(job) or pytest.fail("no job")).tasks
    at = page("Call history", view=view)
    for search in (job, job[:12], task.task_id, "two hil"):
        checked(field(at, "Search").set_value(search).run())
        assert set(table(at)["Job"]) == {job} and at.query_params["search"] == search
        assert set(table(page("Call history", view=view, search=search))["Job"]) == {job}
    checked(field(at, "Search").set_value("three hills").run())
    assert "No results for" in texts(at) and not at.dataframe


@pytest.mark.slow
def test_the_id_of_a_call_without_a_job_leads_from_the_list_of_jobs_to_it(page: Open) -> None:
    made(page)
    recorded()
    at = page("Call history", search="req_recorded")
    assert "No job matches this search." in texts(at) and "Nothing matches" not in texts(at)
    checked(field(at, "Show 1 call").click().run())
    assert list(table(at)["Request"]) == ["req_recorded"]


def test_filters_combine_are_chips_and_one_is_taken_away_by_a_click(page: Open, quick: Sandbox) -> None:
    made(page)
    order(quick, "fault", kind="refuse", code=1011, message="Insufficient balance")
    at = generate(page(), "Too dear")
    until(lambda: "Not enough credits" in texts(checked(at.run())))
    at = page("Call history", outcome="Refused", mode="text_to_image")
    assert list(table(at)["Prompt"]) == ["Too dear"]
    assert [option.content for option in chips(at).proto.options] and len(chips(at).value) == 3
    checked(without(at, "Refused").run())
    assert set(table(at)["Prompt"]) == {"Too dear", "Two hills"} and "outcome" not in at.query_params
    at = page("Call history", view="calls", code="1011", status="200", method="POST")
    assert list(table(at)["Path"]) == [POST] and "1011" in table(at)["Status"].iloc[0][0]
    at = page("Call history", view="calls", slower="9000")
    assert "Nothing matches" in texts(at)
    checked(without(at, "slower").run())
    assert "slower" not in at.query_params and len(table(at)) > 1
    at = page("Call history", view="calls", slower="9000")
    checked(field(at, "Show all").click().run())
    assert at.query_params["time"] == "all" and len(table(at)) > 1


def test_what_is_not_known_yet_of_an_open_job_is_an_empty_cell(page: Open, quick: Sandbox) -> None:
    order(quick, "outcomes", outcomes=["stuck"])
    ticks_until(at := generate(page(), "Two hills"), lambda: "Processing" in texts(at))
    at = page("Call history")
    choose(at, 0)
    tables = [one for one in at.dataframe if one.value.isna().any(axis=None)]
    assert {"Took"} <= {column for one in tables for column in one.value.columns[one.value.isna().any()]}
    assert len(tables) == 2 and all(one.proto.HasField("placeholder") for one in tables), "and not the word None"


def test_failures_are_grouped_and_what_an_error_means_is_said(page: Open, quick: Sandbox) -> None:
    order(quick, "fault", kind="gateway")
    at = generate(page(), "Two hills")
    ticks_until(at, lambda: "Unconfirmed" in texts(at))
    at = page("Call history", view="calls")
    assert not any("Failures" in one.value for one in at.dataframe), "closed, it is not made"
    assert any("1 failure: server error" in one.label for one in at.expander)
    at.session_state["history-errors"] = True
    groups = frame(checked(at.run()), "Failures").value
    assert list(groups["Kind"]) == ["server error"] and list(groups["Failures"]) == [1]
    assert sum(groups["Trend"].iloc[0]) == 1
    call = frame(page("Call history", view="calls", kind="ServerError"), "Request").value["Request"].iloc[0]
    said = shown(page("Call history", call=call))
    assert "charged a second time" in said


def test_what_the_api_calls_its_error_is_no_markdown_in_the_label_of_the_failures(page: Open) -> None:
    recorded(code="![x](https://evil.example/x.png)", error_kind="ServerError")
    (label,) = [one.label for one in page("Call history", view="calls").expander if "1 failure" in one.label]
    assert "evil" in label and "![" not in label and "](" not in label


def test_a_filter_by_the_kind_of_an_error_says_it_as_the_list_does(page: Open) -> None:
    recorded(error_kind="ServerError")
    assert "server error" in str(chips(page("Call history", view="calls", kind="ServerError")).proto)


def test_a_refusal_with_a_status_of_success_is_shown_with_its_code(page: Open) -> None:
    call = recorded(http_status=200, code="1011", error_kind="OutOfCreditsError", error="Insufficient balance")
    said = texts(page("Call history", call=call.id))
    assert "HTTP 200 · 1011" in said and "out of credits" in said and "OutOfCreditsError" not in said


def test_a_call_whose_body_is_not_kept_says_so_in_place_of_its_code(page: Open) -> None:
    call = recorded(http_status=200)
    at = page("Call history", call=call.id)
    assert "its body is no longer stored" in texts(at) and "curl -X" not in shown(at)


@pytest.mark.parametrize(
    ("fault", "state", "said"),
    [
        ({"kind": "gateway"}, "Unconfirmed", "**You may be charged twice:**"),
        ({"kind": "refuse", "code": 1002, "message": "The prompt did not pass"}, "Refused", "may refuse them again"),
        ({}, "Failed", "You can try again."),
        (None, "Processing", "**This job is still running.**"),
    ],
)
def test_a_trace_says_what_its_card_says_and_what_speaks_against_sending_it_again(
    page: Open, quick: Sandbox, fault: dict[str, Any] | None, state: str, said: str
) -> None:
    if fault:
        order(quick, "fault", **fault)
    else:
        order(quick, "outcomes", outcomes=["stuck" if fault is None else "failed"])
    ticks_until(at := generate(page(), "Two hills"), lambda: state in texts(at))
    listed = table(page("Call history")).iloc[0]
    assert list(listed["Status"]) == [state]
    told = texts(page("Call history", job=str(listed["Job"])))
    assert said in told and state in told
    assert ("weren't charged" in told) == (state in ("Refused", "Failed"))


@pytest.mark.slow
def test_a_job_is_sent_again_after_a_question_and_costs_again(page: Open, quick: Sandbox) -> None:
    job = made(page)
    at = page("Call history", job=job)
    assert "Cost: usually" in texts(at)
    before = quick.backend.posts[POST]
    checked(field(at, "Send it again").click().run())
    until(lambda: quick.backend.posts[POST] == before + 1)
    again = client().jobs.get(at.query_params["job"])
    assert again and again.id != job and again.prompt == "Two hills"


def test_who_has_a_key_of_their_own_may_look_at_the_teams_history_beside_theirs(page: Open) -> None:
    job = made(page)
    at = page("Call history", view="calls")
    checked(field(at, "API key").set_value("sk-mine-0123456789abcdef99aa").run())
    assert job not in list(table(at)["Job"]), "calls of one's own key alone"
    at.session_state["add-filter"] = True
    checked(at.run())
    which = field(at, "Account")
    checked(which.set_value(which.options[1]).run())
    assert at.query_params["account"] == "team" and job in list(table(at)["Job"])
    assert "343e" in str(field(at, "Filters").options)
    at.query_params["job"] = job
    checked(at.run())
    labels = [button.label for button in at.button]
    assert "All calls" in labels and "Send it again" not in labels, "it is there to look at"
    assert "Go to card" not in links(at)
    checked(field(at, "All calls").click().run())
    assert at.query_params["account"] == "team" and set(table(at)["Job"]) == {job}
    checked(without(at, "account").run())
    assert "account" not in at.query_params and not at.dataframe


def test_a_link_to_a_job_of_the_team_opens_for_who_has_a_key_of_their_own(page: Open) -> None:
    job = made(page)
    call = client().ledger.history.calls_of(job)[0][-1].id
    for named in ({"job": job}, {"call": call}):
        at = page("Call history")
        checked(field(at, "API key").set_value("sk-mine-0123456789abcdef99aa").run())
        for name, which in named.items():
            at.query_params[name] = which
        assert job in shown(checked(at.run())) and "No results for" not in texts(at)
    checked(field(at, "Go to job").click().run())
    checked(field(at, "All calls").click().run())
    assert at.query_params["account"] == "team" and set(table(at)["Job"]) == {job}


@pytest.mark.parametrize("view", ["jobs", "calls"])
def test_what_is_exported_is_what_the_view_shows_with_and_without_routes(
    page: Open, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    made(page)
    made(page, "Three suns")
    services.shared().accounts.stop()
    files: dict[str, Any] = {}
    with monkeypatch.context() as pressed:
        pressed.setattr(st, "download_button", lambda _, *, data, file_name, **__: files.update({file_name: data}))
        page("Call history", view=view, search="suns")
    whole = "".join(files[f"{view}.csv"]())
    monkeypatch.setattr(services.host, "serves_routes", True)
    monkeypatch.setattr(file_urls, "_base_url", lambda: "http://studio.example")
    at = page("Call history", view=view, search="suns")
    (link,) = [one.proto for one in elements(at, "link_button") if one.proto.label == "Export"]
    streamed = TestClient(Starlette(routes=routes.all_routes(""))).get(link.url)
    assert streamed.headers["content-disposition"] == f'attachment; filename="{view}.csv"'
    ids = [line["id"] for line in csv.DictReader(io.StringIO(streamed.text))]
    assert set(table(at)["Job" if view == "jobs" else "Request"]) <= set(ids)
    assert all(one in whole for one in ids) and ("Three suns" in whole) == (view == "jobs")
    assert "hills" not in whole and f"The filtered {view} as CSV" in link.help


def test_where_nothing_is_found_there_is_nothing_to_export(page: Open) -> None:
    at = page("Call history", search="nowhere")
    assert "Search" in str(at) and not [one for one in elements(at, "download_button") if one.proto.label == "Export"]
    recorded(method="GET", path="/v1/generation/task_1/status")
    at = page("Call history", view="calls", model="none")
    assert not [one for one in elements(at, "download_button") if one.proto.label == "Export"]


def test_numbers_and_exports_hold_what_is_filtered(page: Open) -> None:
    job = made(page, NASTY)
    at = page("Call history", job=job)
    assert f"**{escape(NASTY)}**" in texts(at), "as text"
    at = page("Call history")
    assert {metric.label: metric.value for metric in at.metric}["Credits spent"] == "7"
    history = History(client())
    posts = as_csv(history.client.ledger.history.pages, history.query(method=("POST",)))
    lines = list(csv.reader(io.StringIO("".join(posts))))
    assert len(lines) == 2 and lines[1][3] == POST
    told = json.loads(history.bundle(job))
    assert told["job"]["prompt"] == NASTY and {call["method"] for call in told["calls"]} == {"GET", "POST"}
    assert KEY not in json.dumps(told)

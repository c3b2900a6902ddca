"""Numbers and charts above the history: of jobs or calls as they are listed, in the viewer's hours."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox.server import Sandbox
from studio.core.values import now
from tests.conftest import order
from tests.pages.driving import Open, checked, generate, texts, ticks_until
from tests.pages.history_table import frame, made, recorded


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


@pytest.mark.slow
def test_numbers_are_of_jobs_where_jobs_are_listed_and_of_calls_where_calls_are(page: Open, quick: Sandbox) -> None:
    made(page)
    order(quick, "outcomes", outcomes=["failed"])
    ticks_until(at := generate(page(), "Three hills"), lambda: "Failed" in texts(at))
    order(quick, "outcomes", outcomes=["stuck"])
    ticks_until(at := generate(page(), "Four hills"), lambda: "Processing" in texts(at))
    said = metrics(page("Call history"))
    assert (said["Jobs"], said["Succeeded"]) == ("3", "50.0 %"), "the third has no end yet"
    said = metrics(page("Call history", view="calls"))
    listed = page("Call history", view="calls")
    assert said["Succeeded"] == "100.0 %" and f"of {said['Calls']} calls" in texts(listed), "without the hidden polls"


def test_credits_of_demo_mode_are_called_so(
    page: Open, quick: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(page)
    assert metrics(page("Call history"))["Credits spent"] == "7"
    services.stop()
    monkeypatch.setenv("WERYAI_API_KEY", "")
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path / "demo"))
    monkeypatch.setattr(services, "host", services.Host(start_sandbox=lambda _folder: quick.url))
    job = made(page)
    assert metrics(page("Call history"))["Demo credits"] == "7"
    assert any("7 demo credits" in said for said in frame(page("Call history", job=job), "Step").value["What"])


@pytest.mark.parametrize(
    ("zone", "first", "said"),
    [("Asia/Tokyo", 9, ""), ("America/Sao_Paulo", -3, ""), ("Asia/Kolkata", 0, " (UTC)"), ("nonsense", 0, " (UTC)")],
)
def test_hours_are_those_of_the_list_where_these_are_whole_ones_of_utc(
    page: Open, monkeypatch: pytest.MonkeyPatch, zone: str, first: int, said: str
) -> None:
    start = now().replace(minute=0, second=0, microsecond=0)
    recorded(at=start)
    monkeypatch.setattr(type(st.context), "timezone", zone)
    at = page("Call history", view="calls")
    at.session_state["history-charts"] = True
    (chart, *_) = checked(at.run()).get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    assert spec["title"]["text"] == f"Calls per hour{said}"
    end = spec["encoding"]["x"]["scale"]["domain"][1]
    at_the_end = datetime(end["year"], end["month"], end["date"], end["hours"], tzinfo=UTC)
    assert at_the_end - now() - timedelta(hours=first) <= timedelta(hours=1)
    assert at_the_end > start + timedelta(hours=first)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("time", "slice_of_time", "span", "part"),
    [
        ("24h", "hours", timedelta(hours=24), timedelta(hours=1)),
        ("7d", "date", timedelta(days=7), timedelta(days=1)),
    ],
)
def test_charts_have_the_days_and_hours_that_were_summed_and_say_whose_they_are(
    page: Open, time: str, slice_of_time: str, span: timedelta, part: timedelta
) -> None:
    made(page)
    at, before = page("Call history", time=time), now()
    at.session_state["history-charts"] = True
    specs = [json.loads(chart.proto.spec) for chart in checked(at.run()).get("vega_lite_chart")]
    over_time = [spec["encoding"] for spec in specs if "encoding" in spec]
    assert len(over_time) == 2
    after = now()
    first, last = (
        datetime(one["year"], one["month"], one["date"], one["hours"], tzinfo=UTC)
        for one in over_time[0]["x"]["scale"]["domain"]
    )
    assert first <= after - span and before - span < first + part, "all of the time, in whole parts"
    assert last - part <= after and before < last
    assert all("(UTC)" in spec["title"]["text"] for spec in specs if "encoding" in spec)
    for shown_as in over_time:
        moments = [shown_as["x"], *(one for one in shown_as["tooltip"] if one["type"] == "temporal")]
        assert len(moments) == 2 and moments[1]["title"] == "Time (UTC)"
        units = {one["timeUnit"] for one in moments}
        assert all(unit.startswith("utc") and unit.endswith(slice_of_time) for unit in units), "else shifted once more"
        assert "format" not in shown_as["tooltip"][0], "with one, Vega-Lite writes a tooltip in the viewer's zone"


@pytest.mark.parametrize(("days", "gap"), [(60, 1), (61, 0)])
def test_a_bar_of_many_is_as_wide_as_its_day(page: Open, days: int, gap: int) -> None:
    at, today = page("Call history", time="all", view="calls"), now()
    services.shared().accounts.stop()  # which asks for the balance now and then, and that may be on another day
    for day in range(days):
        recorded(id=f"req_of_day_{day}", at=today - timedelta(days=day))
    at.session_state["history-charts"] = True
    specs = [json.loads(chart.proto.spec) for chart in checked(at.run()).get("vega_lite_chart")]
    assert [spec["mark"]["binSpacing"] for spec in specs if "encoding" in spec] == [gap]

"""What the form says of the cost before Generate is pressed, and whether that follows settings, results and prices."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.session import services
from sandbox.server import Sandbox
from studio.core.people import AdminAction
from studio.core.prices import Price, Unit
from studio.core.settings import WERYAI_PRICES
from studio.core.values import Kind, now
from tests.conftest import KEY, order, until
from tests.pages.driving import Open, checked, field, generate, texts, ticks_until

WARNING = "This usually costs more than the balance. WeryAI may refuse it."


def price(mode: str, model: str, unit: Unit, credits: float) -> None:
    action = AdminAction("deed", now(), "p_anna", "", "replaced the price table", "")
    services.shared().ledger.prices.replace([Price(mode, model, "", unit, credits)], action)


def is_asked_for(at: AppTest) -> bool:
    return "balance" in texts(at) and "balance unknown" not in texts(checked(at.run()))


def test_the_cost_is_unknown_until_the_first_job_and_then_what_it_cost(page: Open) -> None:
    at = page()
    until(lambda: is_asked_for(at))
    assert f"Cost not known yet ·] [Prices]({WERYAI_PRICES}) :gray[· balance 1,000]" in texts(at)
    generate(at, "Two hills")
    ticks_until(at, lambda: ":gray[Usually **7 credits** · balance 993]" in texts(at))
    checked(field(at, "Number of images").set_value(4).run())
    assert ":gray[Usually 7 credits each · **28 in all** · balance 993]" in texts(at)


def test_a_price_of_the_table_is_marked_and_other_settings_are_named(page: Open) -> None:
    at = generate(page("Video"), "A sun")
    ticks_until(at, lambda: "Usually **" in texts(at))
    seconds = field(at, "Duration").value
    cost = services.shared().ledger.models.costs(*of_the_only_job())[0].credits
    checked(field(at, "Duration").set_value(10).run())
    assert seconds != 10 and f"Usually {cost:g} credits with other settings" in texts(at)
    price(*of_the_only_job()[1:], Unit.SECOND, 20)
    assert ":gray[**200 credits** by the price table · balance" in texts(checked(at.run()))


def of_the_only_job() -> tuple[str, str, str]:
    ledger, account = services.shared().ledger, services.shared().accounts.shared().account.id
    (job,) = [job for kind in Kind for job in ledger.jobs.recent(account, kind, 2)]
    return account, job.mode, job.model


def test_more_than_the_balance_is_a_warning_and_no_wall(page: Open, quick: Sandbox) -> None:
    at = generate(page(), "Two hills")
    ticks_until(at, lambda: "Usually **7" in texts(at))
    assert WARNING not in texts(at)
    order(quick, "balance", key=KEY, credits=3)
    checked(field(at, "Refresh balance").click().run())
    ticks_until(at, lambda: "balance 3]" in texts(at))
    assert WARNING in texts(at) and not field(at, "Generate").disabled


def test_demo_mode_counts_demo_credits(
    page: Open, quick: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.stop()
    monkeypatch.setenv("WERYAI_API_KEY", "")
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path / "demo"))
    monkeypatch.setattr(services, "host", services.Host(start_sandbox=lambda _folder: quick.url))
    at = page()
    assert ":gray[Uses demo credits only]" in texts(at) and "not known yet" not in texts(at)
    ticks_until(generate(at, "Two hills"), lambda: ":gray[Usually **7 demo credits** · balance" in texts(at))

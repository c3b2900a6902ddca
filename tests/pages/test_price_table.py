"""The price table on the page of admins: shown, edited, downloaded, and replaced by a CSV file or not at all."""

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.people import price_table
from components.session import services
from studio.core.prices import Price, Unit
from studio.people.price_table import Row, read
from tests.pages.driving import ADMINS, checked, elements, field, texts
from tests.pages.signed_in import Enter, claims, drawn

HEADER = "mode,model,resolution,unit,credits"
IMAGES = Price("text_to_image", "WERYAI_IMAGE_2_0", "", Unit.RESULT, 7)
VIDEOS = Price("text_to_video", "SEEDANCE_2_0", "720p", Unit.SECOND, 0.5)
CSV = f"{HEADER}\ntext_to_image,WERYAI_IMAGE_2_0,,result,7\ntext_to_video,SEEDANCE_2_0,720p,second,0.5\n"


def spending(enter: Enter) -> AppTest:
    return checked(enter(claims("anna@team.example")).switch_page(ADMINS["Spending"]).run())


def upload(at: AppTest, text: str) -> AppTest:
    (uploader,) = elements(at, "file_uploader")
    checked(uploader.upload("prices.csv", text.encode()).run())
    button = next(one for one in at.button if one.label.startswith("Replace "))
    return checked(button.click().run())


def kept() -> list[Price]:
    return services.shared().ledger.prices.all()


def test_an_admin_uploads_a_table_and_it_is_logged_and_shown(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    at = upload(spending(enter), CSV)
    assert kept() == [IMAGES, VIDEOS]
    assert [toast.value for toast in at.toast] == ["Saved. The table has 2 prices."]
    assert list(at.dataframe[-1].value["Action"]) == ["set the price table: 2 prices"]
    files = {}
    monkeypatch.setattr(st, "download_button", lambda label, *, data, **_: files.update({label: data}))
    monkeypatch.setattr(st, "secrets", at.secrets)
    shown = spending(enter)
    assert list(shown.dataframe[0].value["credits"]) == [7, 0.5]
    assert files["Download prices as CSV"]().replace("\r", "") == CSV


def test_a_table_that_is_partly_wrong_changes_nothing_and_each_line_is_named(enter: Enter) -> None:
    at = upload(spending(enter), CSV)
    upload(at, f"{CSV}text_to_image,<b>,,result,7\ntext_to_image,M,,each,x\n")
    said = texts(at).replace("\\", "")
    assert "Not saved. The prices are unchanged." in said
    assert "- Line 4: the model must be a model key" in said
    assert "- Line 5: the unit must be result or second." in said and "- Line 5: the credits must be" in said
    assert kept() == [IMAGES, VIDEOS]


def test_a_table_that_is_saved_as_it_is_is_no_action(enter: Enter) -> None:
    at = upload(spending(enter), CSV)
    checked(field(at, "Save prices").click().run())
    assert [toast.value for toast in at.toast] == ["No changes."]
    assert len(at.dataframe[-1].value) == 1
    assert "Not saved" in texts(upload(at, "a" * 300_000))


def test_a_table_that_was_changed_in_between_is_not_overwritten_unknowingly(enter: Enter) -> None:
    at = upload(spending(enter), CSV)
    upload(spending(enter), CSV.replace("result,7", "result,8"))
    checked(field(at, "Save prices").click().run())
    assert kept()[0].credits == 8 and not at.toast, "the newer table stays"
    assert "changed the price table" in texts(at)
    (edited,) = (one.value for one in at.dataframe if "credits" in one.value)
    assert list(edited["credits"]) == [7, 0.5], "the editor keeps what it had"
    differing = next(one.value for one in at.dataframe if "New table" in one.value)
    assert differing[["New table", "Your table"]].values.tolist() == [["8 a result", "7 a result"]]
    upload(spending(enter), CSV.replace("result,7", "result,9"))
    checked(field(at, "Save anyway").click().run())
    assert kept()[0].credits == 9, "nobody has seen this one yet"
    checked(field(at, "Save anyway").click().run())
    assert kept() == [IMAGES, VIDEOS] and [toast.value for toast in at.toast] == ["Saved. The table has 2 prices."]
    assert "Save anyway" not in [button.label for button in at.button]


def test_a_chosen_file_stays_when_the_table_was_changed_and_the_new_table_can_be_taken(enter: Enter) -> None:
    at = spending(enter)
    (uploader,) = elements(at, "file_uploader")
    checked(uploader.upload("prices.csv", CSV.encode()).run())
    upload(spending(enter), CSV.replace("result,7", "result,8"))
    checked(field(at, "Replace the table").click().run())
    assert kept()[0].credits == 8 and "changed the price table" in texts(at)
    checked(field(at, "Replace the table anyway").click().run())
    assert kept() == [IMAGES, VIDEOS]
    upload(spending(enter), CSV.replace("result,7", "result,8"))
    checked(at.run())
    checked(field(at, "Take the new table").click().run())
    assert list(at.dataframe[0].value["credits"]) == [8, 0.5] and kept()[0].credits == 8


def test_rows_of_the_editor_are_read_as_they_are_shown() -> None:
    edited = pd.DataFrame(
        [
            ["text_to_image", "M", None, "result", 7.0],
            [None] * 5,
            ["text_to_video", "V", pd.NA, "second", float("nan")],
        ],
        columns=["mode", "model", "resolution", "unit", "credits"],
    )
    found = price_table.rows(edited)
    assert found[0] == Row(
        "Row 1", {"mode": "text_to_image", "model": "M", "resolution": "", "unit": "result", "credits": "7"}
    )
    assert read(found)[1] == ["Row 3: the credits must be a number from 0.01 to 1,000,000,000."]


def test_nobody_but_admins_sees_prices(enter: Enter) -> None:
    assert "Upload prices" not in drawn(enter(claims("max@team.example")))

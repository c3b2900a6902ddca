"""The price table that admins keep: shown and edited as a table, or as CSV."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.parts.markdown import counted, escape
from components.session import session, visitor
from studio.core.prices import Price, Unit
from studio.core.settings import WERYAI_PRICES
from studio.core.spending_limits import LEAST, MOST
from studio.people.admin import Admin
from studio.people.price_table import COLUMNS, Row, as_csv
from studio.weryai.modes import MODES

_EXPLANATION = (
    "What a job costs is known here once a job with the same mode, model and settings has ended. Until then the form "
    "shows your price, marked *by the price table*, and limits count it. A price without a resolution is for every "
    f"resolution that has no row of its own. [WeryAI's prices]({WERYAI_PRICES})"
)
_UNITS = {Unit.RESULT: "image or video", Unit.SECOND: "second of a video"}
_ORDER = ("mode", "model", "credits", "unit", "resolution")  # a phone shows the first ones
_MOST_PROBLEMS = 12  # that are shown


def show(admin: Admin) -> None:
    """Draw the table with its editor, and its download and upload as CSV."""
    st.subheader("Prices", anchor=False)
    st.markdown(f":small[:gray[{_EXPLANATION}]]")
    problem, prices = st.empty(), admin.prices()
    version = hash(tuple(prices))  # edits belong to the table that was shown, so another table gets another editor
    with st.form("prices", border=False):
        edited = st.data_editor(
            _frame(prices),
            num_rows="dynamic",
            hide_index=True,
            column_config=_columns(admin, prices),
            column_order=_ORDER,
            key=f"prices-{version}",
            alt="Credits by mode, model, resolution and unit",
        )
        if st.form_submit_button("Save prices", icon=":material/save:"):
            _report(admin, problem, prices, admin.set_prices(rows(edited)))
    st.download_button(
        "Download prices as CSV",
        data=visitor.checked_file(lambda: as_csv(admin.prices()), as_admin=True),
        file_name="prices.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    with st.expander("Upload prices as CSV", icon=":material/upload:"):
        _upload(admin, prices, version)


def _upload(admin: Admin, prices: Sequence[Price], version: int) -> None:
    st.markdown(f"The file replaces the whole table. Its columns are {', '.join(f'`{name}`' for name in COLUMNS)}.")
    chosen = st.file_uploader("Prices as CSV", "csv", max_upload_size=1, key=f"prices-csv-{version}")
    if st.button("Replace the table", type="primary", key="replace-prices", disabled=chosen is None) and chosen:
        _report(admin, st.empty(), prices, admin.import_prices(chosen.getvalue()))


def _report(admin: Admin, problem: DeltaGenerator, before: Sequence[Price], problems: Sequence[str]) -> None:
    """Say that the table was saved and draw it again, or what is wrong with it."""
    if problems:
        shown = [f"- {escape(one)}" for one in problems[:_MOST_PROBLEMS]]
        shown += [f"- {len(problems) - len(shown):,} more"] if len(problems) > len(shown) else []
        problem.error("\n".join(["Not saved. The prices are unchanged.", "", *shown]), icon=":material/error:")
        return
    now = admin.prices()
    session.state().notice = f"Saved. The table has {counted(len(now), 'price')}." if now != before else "No changes."
    st.rerun()


def rows(edited: pd.DataFrame) -> list[Row]:
    """Return the rows of the editor; those that are empty keep their number."""
    cells = edited.to_dict("records")
    texts = [{str(name): _text(value) for name, value in row.items()} for row in cells]
    return [Row(f"Row {number}", row) for number, row in enumerate(texts, start=1)]


def _text(value: Any) -> str:
    """Return the text of a cell; empty for None and NaN."""
    if pd.isna(value):
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _frame(prices: Sequence[Price]) -> pd.DataFrame:
    """Return the table with its types, which an empty one could not show."""
    frame = pd.DataFrame([[getattr(price, name) for name in COLUMNS] for price in prices], columns=list(COLUMNS))
    return frame.astype({name: "float64" if name == "credits" else "string" for name in COLUMNS})


def _columns(admin: Admin, prices: Sequence[Price]) -> dict[str, Any]:
    titles = admin.client.models.titles()
    models = sorted({*titles, *(price.model for price in prices)}, key=lambda key: str(titles.get(key, key)).lower())
    column = st.column_config
    return {
        "mode": column.SelectboxColumn("Mode", options=list(MODES), format_func=lambda key: MODES[str(key)].title),
        "model": column.SelectboxColumn(
            "Model", options=models, format_func=lambda key: titles.get(str(key), str(key))
        ),
        "resolution": column.TextColumn("Resolution", help="Such as 720p. Empty for all others.", max_chars=30),
        "unit": column.SelectboxColumn(
            "For each", options=list(Unit), format_func=lambda unit: _UNITS[Unit(str(unit))]
        ),
        "credits": column.NumberColumn("Credits", min_value=LEAST, max_value=MOST, format="%g"),
    }

"""The price table that admins keep: shown and edited as a table, or as CSV."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.parts.markdown import counted, escape
from components.people import newer_prices
from components.session import session, visitor
from components.session.state import OpenPrices
from studio.core.errors import PricesChanged
from studio.core.prices import Price, Unit
from studio.core.settings import WERYAI_PRICES
from studio.core.spending_limits import LEAST, MOST
from studio.people.admin import Admin
from studio.people.price_table import COLUMNS, Row, as_csv, from_csv, read
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
    opened, said = newer_prices.opened(admin), st.container()
    with st.form("prices", border=False):
        edited = rows(_editor(admin, opened))
        if st.form_submit_button("Save prices" if opened.newer is None else "Save anyway", icon=":material/save:"):
            _save(admin, opened, said, lambda: admin.set_prices(edited, opened.known))
    newer_prices.show(admin, opened, said, read(edited)[0])
    st.download_button(
        "Download prices as CSV",
        data=visitor.checked_file(lambda: as_csv(admin.prices()), as_admin=True),
        file_name="prices.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    with st.expander("Upload prices as CSV", icon=":material/upload:"):
        _upload(admin, opened)
    newer_prices.follow(admin, opened)


def _editor(admin: Admin, opened: OpenPrices) -> pd.DataFrame:
    return st.data_editor(
        _frame(opened.table),
        num_rows="dynamic",
        hide_index=True,
        column_config=_columns(admin, opened.table),
        column_order=_ORDER,
        key=opened.key,
        alt="Credits by mode, model, resolution and unit",
    )


def _upload(admin: Admin, opened: OpenPrices) -> None:
    st.markdown(f"The file replaces the whole table. Its columns are {', '.join(f'`{name}`' for name in COLUMNS)}.")
    chosen = st.file_uploader("Prices as CSV", "csv", max_upload_size=1, key=f"{opened.key}-csv")
    label, said = "Replace the table" if opened.newer is None else "Replace the table anyway", st.container()
    if st.button(label, type="primary", key="replace-prices", disabled=chosen is None) and chosen:
        _save(admin, opened, said, lambda: admin.import_prices(chosen.getvalue(), opened.known))
    if chosen:
        newer_prices.show(admin, opened, said, read(from_csv(chosen.getvalue())[0])[0], of_file=True)


def _save(admin: Admin, opened: OpenPrices, said: DeltaGenerator, save: Callable[[], list[str]]) -> None:
    """Save a table and open it anew, or say what is wrong with it. A newer one is shown by `newer_prices.follow`."""
    try:
        problems = save()
    except PricesChanged:
        return
    if problems:
        shown = [f"- {escape(one)}" for one in problems[:_MOST_PROBLEMS]]
        shown += [f"- {len(problems) - len(shown):,} more"] if len(problems) > len(shown) else []
        said.error("\n".join(["Not saved. The prices are unchanged.", "", *shown]), icon=":material/error:")
        return
    now = admin.prices()
    is_changed = tuple(now) != opened.known
    if is_changed or opened.newer is not None:  # else the editor stays: it sends the last edit a moment after a press
        session.state().prices = None
    session.state().notice = f"Saved. The table has {counted(len(now), 'price')}." if is_changed else "No changes."
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

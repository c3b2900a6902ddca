"""Times as the viewer's clock shows them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def clock_time(moment: datetime, form: str = "%H:%M") -> str:
    """A moment in the viewer's time zone."""
    return moment.astimezone(_zone()).strftime(form)


def ahead_of_utc(moment: datetime) -> timedelta:
    """How far the viewer's clock is ahead at this moment."""
    return moment.astimezone(_zone()).utcoffset() or timedelta()


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

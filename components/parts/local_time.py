"""Times in the viewer's time zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def clock_time(moment: datetime, form: str = "%H:%M") -> str:
    """Return a moment as text in the viewer's time zone; `form` is a strftime format."""
    return moment.astimezone(zone()).strftime(form)


def utc_offset(moment: datetime) -> timedelta:
    """Return the UTC offset of the viewer's time zone at this moment."""
    return moment.astimezone(zone()).utcoffset() or timedelta()


def zone() -> ZoneInfo:
    """Return the viewer's time zone; UTC if it is unknown."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

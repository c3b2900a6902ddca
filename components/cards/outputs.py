"""A job's pictures and videos, each in a place that has its ratio from the first second, so that nothing jumps."""

import html
import re
from datetime import timedelta
from typing import Literal
from urllib.parse import quote

import streamlit as st

from components.parts import file_urls
from components.parts.markdown import escape
from components.session import services, session
from studio.core.values import Job, Output, State, Status, Task, now
from studio.media import file_types

Place = Output | Task | None
Width = Literal["stretch"] | int
SOON = timedelta(seconds=10)  # in which a preview is made
_ALONE = {"landscape": 300, "square": 220, "portrait": 160}
_VIDEO_WIDTHS: dict[str, Width] = {"square": 340, "portrait": 240}


def images(job: Job) -> None:
    """Tiles in a row of four; a picture alone is larger."""
    places = _places(job)
    if len(places) == 1:
        _tile(job, places[0], _ALONE[_shape(job)])
        return
    with st.grid(4, min_column_width=110, gap="xsmall"):
        for place in places:
            _tile(job, place)


def videos(job: Job) -> None:
    """One below the other; the newest plays by itself, the others show a still until somebody presses play."""
    with st.container(width=_VIDEO_WIDTHS.get(_shape(job), "stretch"), gap="small"):
        for place in _places(job):
            _video(job, place)


def _video(job: Job, place: Place) -> None:
    if not isinstance(place, Output) or _is_to_come(place):
        _empty(job, place)
    elif _has_player(place):
        _played(job, place)
    elif file_types.is_shown(_called(place)):  # as a GIF, which moves by itself
        st.image(file_urls.original(place), width="stretch", alt=_numbered(job, place))
    else:
        _still(job, place)


def _played(job: Job, place: Output) -> None:
    if services.host.serves_routes:
        _player(place, _alt(job), starts=_starts(job))
        if place.lacks_preview:
            st.caption(f"The browser may not show it. {escape(place.problem, 200)} Download it to watch it.")
        elif file_types.may_be_played(_called(place)):
            st.caption(f"{escape(_called(place))}: many browsers can't show it. Download it to watch it.")
    else:
        st.video(file_urls.original(place), loop=True, alt=_alt(job))


def has_places(job: Job) -> bool:
    """Something came of it, or still may."""
    return job.state in (State.QUEUED, State.UNCONFIRMED, State.OPEN) or any(
        task.status is Status.SUCCEEDED for task in job.tasks if not job.removed_at
    )


def _places(job: Job) -> list[Place]:
    """What stands where: the outputs of each task, or the task itself; while it is open, a place for all expected."""
    places: list[Place] = []
    for task in job.tasks:
        places += list(task.outputs) or [task]
    missing = 0 if job.state is State.FINISHED else job.count - len(places)
    return places + [None] * missing


def _tile(job: Job, place: Place, breadth: Width = "stretch") -> None:
    if not isinstance(place, Output) or _is_to_come(place):
        _empty(job, place, breadth)
        return
    if _has_player(place):
        with st.container(width=breadth):
            _played(job, place)
    else:
        with st.container(width=breadth, gap="xsmall"):  # a caption stays under its picture
            _still(job, place)


def _still(job: Job, place: Output) -> None:
    """The preview of a file, and what a browser cannot do with it."""
    called, still = _called(place), file_urls.thumbnail(place)
    is_shown, has_still = file_types.is_shown(called), bool(still) and not place.lacks_preview
    if has_still:
        link = file_urls.original(place) if is_shown and services.host.serves_routes else None
        st.image(still, width="stretch", link=link, alt=_numbered(job, place))
    if not is_shown:
        how = "this is a preview" if has_still else "can't be shown here"
        st.caption(f"{escape(called[:1].upper() + called[1:])}: {how}. Download it to open it.")
    elif place.lacks_preview:
        st.caption(f"{escape(called)} without a preview. {escape(place.problem, 200)} Download it to see it.")


def _has_player(place: Output) -> bool:
    return file_types.is_played(_called(place)) or file_types.may_be_played(_called(place))


def _called(place: Output) -> str:
    return file_types.called(place.format, place.key)


def _is_to_come(output: Output) -> bool:
    """It is not saved, or was just now: in a moment it is drawn from its preview, and need not be drawn twice."""
    if output.problem or not output.awaits_preview:
        return not output.is_saved
    return output.saved_at is not None and now() - output.saved_at < SOON


def _empty(job: Job, place: Place, breadth: Width = "stretch") -> None:
    """A grey place of the right ratio that breathes while something may still come."""
    alive = not isinstance(place, Task) or place.status.is_open
    width, height = _ratio(job)
    motion = '<animate attributeName="opacity" values="1;.45;1" dur="2.4s" repeatCount="indefinite"/>' if alive else ""
    cross = "" if alive else _cross(width, height)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="#8A8A94" fill-opacity=".16">{motion}</rect>{cross}</svg>'
    )
    st.html(  # st.image would offer to show it full screen: a stop on the way of everybody who goes by keyboard
        f'<img src="data:image/svg+xml,{quote(drawing)}" alt="{"Not ready yet" if alive else "Failed"}" '
        f'style="display:block;width:100%;aspect-ratio:{width}/{height};border-radius:.6rem">',
        width=breadth,
    )


def _cross(width: int, height: int) -> str:
    x, y, arm = width // 2, height // 2, min(width, height) // 14
    path = f"M{x - arm} {y - arm}l{2 * arm} {2 * arm}M{x + arm} {y - arm}l{-2 * arm} {2 * arm}"
    return f'<path d="{path}" stroke="#8A8A94" stroke-width="{max(2, arm // 4)}" stroke-linecap="round"/>'


def _shape(job: Job) -> str:
    width, height = _ratio(job)
    return "square" if width == height else "landscape" if width > height else "portrait"


def _ratio(job: Job) -> tuple[int, int]:
    """Width and height of the places, 1024 on the long side; 16:9 where the job names no ratio."""
    found = re.match(r"(\d+):(\d+)", str(job.inputs.get("aspect_ratio", "16:9")))
    across, down = (int(found[1]), int(found[2])) if found else (1, 1)
    scale = 1024 / max(across, down, 1)
    return max(1, round(across * scale)), max(1, round(down * scale))


def _starts(job: Job) -> bool:
    """The newest finished video starts by itself; while its page is open it stays so, or it would break off."""
    started = session.state().autoplayed
    if all(before < job.created_at for before in started.values()):
        started[job.id] = job.created_at
    return job.id in started


def _player(output: Output, alt: str, *, starts: bool) -> None:
    """A player with a poster. Streamlit's own has none, and forgets to start when it is drawn twice in a row."""
    source, poster, label = map(html.escape, (file_urls.original(output), file_urls.thumbnail(output), alt))
    how = "autoplay muted" if starts else 'preload="none"' if poster else 'preload="metadata"'
    st.html(
        f'<video src="{source}" poster="{poster}" {how} controls loop playsinline aria-label="{label}" '
        f'style="display:block;width:100%;aspect-ratio:{output.width or 16}/{output.height or 9};border-radius:.6rem">'
        "</video>"
    )


def _numbered(job: Job, place: Output) -> str:
    """Several results of one prompt are told apart by ear, too."""
    several = job.outputs
    return f"{_alt(job)}, {several.index(place) + 1} of {len(several)}" if len(several) > 1 else _alt(job)


def _alt(job: Job) -> str:
    return " ".join(job.prompt.split())[:200] or "Result without a prompt"

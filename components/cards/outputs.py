"""A job's images and videos. Each has a slot with its ratio from the start, so that the layout does not move."""

import html
from datetime import timedelta
from typing import Literal
from urllib.parse import quote

import streamlit as st

from components.parts import file_urls, result_links
from components.parts.markdown import escape
from components.session import services, session
from studio.core.aspect_ratios import ratio
from studio.core.values import Job, Output, State, Status, Task, now
from studio.media import file_types

Slot = Output | Task | None
Width = Literal["stretch"] | int
_PREVIEW_TIME = timedelta(seconds=10)  # enough to make a preview
_SINGLE_WIDTHS = {"landscape": 300, "square": 220, "portrait": 160}
_VIDEO_WIDTHS: dict[str, Width] = {"square": 340, "portrait": 240}


def show_images(job: Job) -> None:
    """Draw the images as tiles in rows of four; a single image is larger."""
    slots = slots_of(job)
    if len(slots) == 1:
        _tile(job, slots[0], _SINGLE_WIDTHS[_shape(job)])
        return
    with st.grid(4, min_column_width=110, gap="xsmall"):
        for slot in slots:
            _tile(job, slot)


def show_videos(job: Job) -> None:
    """Draw the videos one below the other; the newest starts by itself, the others show a poster."""
    with st.container(width=_VIDEO_WIDTHS.get(_shape(job), "stretch"), gap="small"):
        for slot in slots_of(job):
            _video(job, slot)


def _video(job: Job, slot: Slot) -> None:
    if not isinstance(slot, Output) or is_pending(slot):
        _placeholder(job, slot)
    elif _has_player(slot):
        _player_with_note(job, slot)
    elif file_types.is_shown(_format_name(slot)):  # for example a GIF, which needs no player
        st.html(result_links.picture(job, slot, _numbered_alt(job, slot), file_urls.in_browser(slot)))
    else:
        _preview(job, slot)


def _player_with_note(job: Job, slot: Output) -> None:
    if services.host.serves_routes:
        _draw_player(job, slot)
        if slot.lacks_preview:
            st.caption(f"The browser may not show it. {escape(slot.problem, 200)} Download it to watch it.")
        elif file_types.may_be_played(_format_name(slot)):
            st.caption(f"{escape(_format_name(slot))}: many browsers can't show it. Download it to watch it.")
    else:
        st.video(file_urls.original(slot), loop=True, alt=_alt(job))


def has_slots(job: Job) -> bool:
    """Whether the job has results or may still get some."""
    return job.state in (State.QUEUED, State.UNCONFIRMED, State.OPEN) or any(
        task.status is Status.SUCCEEDED for task in job.tasks if not job.removed_at
    )


def slots_of(job: Job) -> list[Slot]:
    """Return the slots in order: the outputs of each task, else the task; None for each task that is still missing."""
    slots: list[Slot] = []
    for task in job.tasks:
        slots += [output for output in task.outputs if not output.deleted_at] if task.outputs else [task]
    known = sum(max(1, len(task.outputs)) for task in job.tasks)
    missing = 0 if job.state is State.FINISHED else job.count - known
    return slots + [None] * missing


def _tile(job: Job, slot: Slot, tile_width: Width = "stretch") -> None:
    if not isinstance(slot, Output) or is_pending(slot):
        _placeholder(job, slot, tile_width)
        return
    if _has_player(slot):
        with st.container(width=tile_width):
            _player_with_note(job, slot)
    else:
        with st.container(width=tile_width, gap="xsmall"):  # keeps the caption below its image
            _preview(job, slot)


def _preview(job: Job, slot: Output) -> None:
    """Draw the preview of a file, and a note if the browser cannot show the file itself."""
    format_name, preview = _format_name(slot), file_urls.thumbnail(slot)
    is_shown, has_preview = file_types.is_shown(format_name), bool(preview) and not slot.lacks_preview
    if has_preview:
        st.html(result_links.picture(job, slot, _numbered_alt(job, slot)))
    if not is_shown:
        note = "this is a preview" if has_preview else "can't be shown here"
        st.caption(f"{escape(format_name[:1].upper() + format_name[1:])}: {note}. Download it to open it.")
    elif slot.lacks_preview:
        st.caption(f"{escape(format_name)} without a preview. {escape(slot.problem, 200)} Download it to see it.")


def _has_player(slot: Output) -> bool:
    return file_types.is_played(_format_name(slot)) or file_types.may_be_played(_format_name(slot))


def _format_name(slot: Output) -> str:
    return file_types.called(slot.format, slot.key)


def is_pending(output: Output) -> bool:
    """Whether to draw a placeholder still: the file is not saved, or its preview will be there in a moment.

    An output that has just been saved is drawn with its preview then, instead of twice.
    """
    if output.problem or not output.awaits_preview:
        return not output.is_saved
    return output.saved_at is not None and now() - output.saved_at < _PREVIEW_TIME


def _placeholder(job: Job, slot: Slot, tile_width: Width = "stretch") -> None:
    """Draw a grey box of the right ratio, which pulses while a result may still come."""
    is_open = not isinstance(slot, Task) or slot.status.is_open
    width, height = ratio_of(job)
    animation = (
        '<animate attributeName="opacity" values="1;.45;1" dur="2.4s" repeatCount="indefinite"/>' if is_open else ""
    )
    cross = "" if is_open else _cross(width, height)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="#8A8A94" fill-opacity=".16">{animation}</rect>{cross}</svg>'
    )
    st.html(  # st.image would add a full screen button: one more tab stop for keyboard users
        f'<img src="data:image/svg+xml,{quote(drawing)}" alt="{"Not ready yet" if is_open else "Failed"}" '
        f'style="display:block;width:100%;aspect-ratio:{width}/{height};border-radius:.6rem">',
        width=tile_width,
    )


def _cross(width: int, height: int) -> str:
    x, y, arm = width // 2, height // 2, min(width, height) // 14
    path = f"M{x - arm} {y - arm}l{2 * arm} {2 * arm}M{x + arm} {y - arm}l{-2 * arm} {2 * arm}"
    return f'<path d="{path}" stroke="#8A8A94" stroke-width="{max(2, arm // 4)}" stroke-linecap="round"/>'


def _shape(job: Job) -> str:
    width, height = ratio_of(job)
    return "square" if width == height else "landscape" if width > height else "portrait"


def ratio_of(job: Job) -> tuple[int, int]:
    """Return width and height of the slots, 1024 on the long side; 16:9 if the job names no ratio."""
    width, height = ratio(job.inputs.get("aspect_ratio", "16:9")) or (1, 1)
    scale = 1024 / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _autoplays(job: Job) -> bool:
    """Whether the job's video starts by itself: if it was the newest when drawn first.

    The answer stays the same while the page is open, as a change would interrupt the video.
    """
    started = session.state().autoplayed
    if all(created < job.created_at for created in started.values()):
        started[job.id] = job.created_at
    return job.id in started


def _draw_player(job: Job, output: Output) -> None:
    """Draw a player with a poster: `st.video` has no poster, and does not autoplay if it is drawn twice in a row."""
    source, poster, label = map(html.escape, (file_urls.original(output), file_urls.thumbnail(output), _alt(job)))
    attributes = "autoplay muted" if _autoplays(job) else 'preload="none"' if poster else 'preload="metadata"'
    st.html(
        f'<div class="studio-player"><video src="{source}" poster="{poster}" {attributes} controls loop playsinline '
        f'aria-label="{label}" '
        f'style="display:block;width:100%;aspect-ratio:{output.width or 16}/{output.height or 9};border-radius:.6rem">'
        f"</video>{result_links.button(job, output, 'View large')}</div>"
    )


def _numbered_alt(job: Job, slot: Output) -> str:
    """Return the alternative text, with a number if the job has several results, for screen readers."""
    outputs = job.outputs
    return f"{_alt(job)}, {outputs.index(slot) + 1} of {len(outputs)}" if len(outputs) > 1 else _alt(job)


def _alt(job: Job) -> str:
    return " ".join(job.prompt.split())[:200] or "Result without a prompt"

"""Videos and sounds as phones, editors, voice services and hosts give them."""

import io
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
from PIL import Image

from tests.unit.media.files import film, of_brand, of_no_length, on_its_side, tone, with_matrix

BRANDS_OF_3GP = ("3gp6", "3gp7", "3g2b", "3ge6")
NOISE = bytes(number * number % 251 for number in range(5000))


def clip(form: str, codec: str = "libx264", **words: Any) -> bytes:
    with TemporaryDirectory() as folder:
        return film(Path(folder), form, codec=codec, **words)


def _3gp(brand: str) -> bytes:
    return of_brand(clip("3gp", "mpeg4"), brand)


def sound(form: str, codec: str, **words: Any) -> bytes:
    with TemporaryDirectory() as folder:
        return tone(Path(folder), form, codec, **words)


def _wav(length: int, codec: str = "pcm_s16le") -> bytes:
    """A sound of a service that does not know yet how long it will be."""
    whole = sound("wav", codec)
    at, filled = whole.index(b"data") + 4, struct.pack("<I", length)
    return whole[:4] + filled + whole[8:at] + filled + whole[at + 4 :]


def _tags(size: int) -> bytes:
    return b"ID3\3\0\0" + bytes([0, 0, size >> 7, size & 127]) + bytes(size)


def _mp3() -> bytes:
    return sound("mp3", "libmp3lame")


def _of_av1() -> bytes:
    """Out of an AVIF that moves. An encoder of AV1 that is run as root would take the tests ahead of all processes."""
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue", "white")]
    moving, film = io.BytesIO(), io.BytesIO()
    frames[0].save(moving, "AVIF", save_all=True, append_images=frames[1:], duration=400)
    moving.seek(0)
    with av.open(moving, "r") as source, av.open(film, "w", format="mp4") as made:
        track = source.streams.video[1]  # the first is its still
        stream = made.add_stream_from_template(track, opaque=True)
        for packet in source.demux(track):
            if packet.dts is not None:
                packet.stream = stream
                made.mux(packet)
    return film.getvalue()


VIDEOS: dict[str, Callable[[], bytes]] = {
    "MP4": lambda: clip("mp4", sound="aac"),
    "MP4 on its side": lambda: on_its_side(clip("mp4")),
    "MP4 that is mirrored": lambda: with_matrix(clip("mp4"), -1, 0, 0, 1),
    "MP4 that is mirrored on its side": lambda: with_matrix(clip("mp4"), 0, 1, 1, 0),
    "MP4 with a matrix of zeros": lambda: with_matrix(clip("mp4"), 0, 0, 0, 0),
    "MP4 that tells no length": lambda: of_no_length(clip("mp4")),
    "MP4 of the brand M4A": lambda: of_brand(clip("mp4"), "M4A"),
    "MP4 of the brand M4V": lambda: of_brand(clip("mp4"), "M4V"),
    "MP4 of the brand mif1": lambda: of_brand(clip("mp4"), "mif1"),
    "MP4 of wide pixels": lambda: clip("mp4", shape=2),
    "MP4 in fragments": lambda: clip("mp4", movflags="frag_keyframe+empty_moov"),
    "MP4 of AV1": _of_av1,
    "MP4 of HEVC": lambda: clip("mp4", "libx265"),
    "MP4 of MPEG-4 part 2": lambda: clip("mp4", "mpeg4"),
    "MP4 in a codec that nobody has": lambda: clip("mp4").replace(b"avc1", b"zzz1"),
    "MOV": lambda: clip("mov", sound="pcm_s16le"),
    "MOV of ProRes": lambda: clip("mov", "prores_ks", pixels="yuv422p10le"),
    "WebM": lambda: clip("webm", "libvpx"),
    "WebM of two frames in two seconds": lambda: clip("webm", "libvpx", frames=2, rate=1),
    "WebM of a live stream": lambda: clip("webm", "libvpx", live="1"),
    "MKV": lambda: clip("matroska"),
    "AVI": lambda: clip("avi", "mpeg4"),
    "Flash video": lambda: clip("flv"),
    "MPEG-TS": lambda: clip("mpegts"),
    "MPEG": lambda: clip("mpeg", "mpeg2video"),
    "Windows Media": lambda: clip("asf", "wmv2"),
    "3GP": lambda: clip("3gp", "mpeg4"),
    **{f"3GP of the brand {brand}": partial(_3gp, brand) for brand in BRANDS_OF_3GP},
    "MXF": lambda: clip("mxf", "mpeg2video", rate=25),
    "IVF": lambda: clip("ivf", "libvpx"),
    "bare H.264": lambda: clip("h264"),
    "bare HEVC": lambda: clip("hevc", "libx265"),
    "bare MPEG-4": lambda: clip("m4v", "mpeg4"),
}
SOUNDS: dict[str, Callable[[], bytes]] = {
    "MP3": _mp3,
    "MP3 behind two ID3 tags": lambda: _tags(300) + _tags(200) + _mp3(),
    "MP3 behind zeros": lambda: bytes(700) + _mp3(),
    "MP3 behind nonsense": lambda: NOISE + _mp3(),
    "MP3 with much behind it": lambda: _mp3() + bytes(300_000),
    "MP3 cut in half": lambda: _mp3()[: len(_mp3()) // 2],
    "WAV": lambda: sound("wav", "pcm_s16le"),
    **{f"WAV of length {length:#x}": partial(_wav, length) for length in (0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000, 0)},
    "WAV of floats, of length 0xffffffff": lambda: _wav(0xFFFFFFFF, "pcm_f32le"),
    "M4A": lambda: sound("ipod", "aac"),
    "MP4 with audio only": lambda: sound("mp4", "aac"),
    "AAC": lambda: sound("adts", "aac"),
    "FLAC": lambda: sound("flac", "flac"),
    "AIFF": lambda: sound("aiff", "pcm_s16be"),
    "CAF": lambda: sound("caf", "pcm_s16le"),
    "Wave64": lambda: sound("w64", "pcm_s16le"),
    "AMR": lambda: b"#!AMR\n" + (b"\x3c" + bytes(31)) * 100,
}

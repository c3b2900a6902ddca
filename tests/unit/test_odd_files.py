"""What becomes of each file of the corpus: as a result of a job, and as a reference. Printed as a table at the end."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import ArchiveError, DraftError, Undecodable
from studio.media import formats, inspection, screening
from studio.media.media import Medium
from studio.values import Kind
from tests import table
from tests.unit import odd_files

FILES = {**odd_files.PICTURES, **odd_files.VIDEOS, **odd_files.SOUNDS, **odd_files.NO_MEDIA}
NOT_WHOLE = "no result: The image came broken or incomplete."
BROKEN = "refused: file is broken or incomplete. Export it again, then add the new file."
TOO_MANY = "refused: file has 3000 megapixels; the limit is 50. Make it smaller."
ANIMATED = "refused: file is animated. Save one frame of it as PNG."
PICTURE, VIDEO, SOUND = "JPG, PNG or WebP", "MP4 or MOV", "MP3 or WAV"
ANY = "JPG, PNG, WebP, MP4, MOV, MP3 or WAV"


def gave(what: str) -> str:
    return f"no result: The result link gave {what} instead of the image."


def is_a(what: str, use: str) -> str:
    return f"refused: file is {what}. Use {use}."


EXPECTED = {  # as a result: its name and ending, what a browser does with it, and how large it is shown; as a reference
    "PNG": ("PNG.png, shown, 64 × 48", "taken, png"),
    "PNG of 16-bit grey": ("PNG.png, shown, 64 × 48", "taken, png"),
    "PNG with 3 MB of text": ("PNG.png, shown, 64 × 48", "taken, png"),
    "PNG whose text is IEND": ("PNG.png, shown, 64 × 48", "taken, png"),
    "PNG of 3,000 megapixels": (
        "PNG.png, shown, no preview",
        TOO_MANY,
    ),
    "PNG that moves": ("PNG.png, shown, 64 × 48", ANIMATED),
    "JPG": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG for print": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG turned by XMP alone": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG of orientation 9": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG in steps": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG on its side": ("JPG.jpg, shown, 48 × 64", "turned, jpg"),
    "JPG with a depth map": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG with a broken depth map": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG with a resolution of no values": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG with a resolution of 0/0": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG with a resolution that is empty": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG on its side with one of 1/0": ("JPG.jpg, shown, 48 × 64", "turned, jpg"),
    "JPG with a resolution in words": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG with EXIF of nonsense": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "JPG with a page behind it": ("JPG.jpg, shown, 64 × 48", "taken, jpg"),
    "WebP": ("WebP.webp, shown, 64 × 48", "taken, webp"),
    "WebP that moves": ("WebP.webp, shown, 64 × 48", ANIMATED),
    "GIF": ("GIF.gif, shown, 64 × 48", "converted to png"),
    "GIF that moves": ("GIF.gif, shown, 64 × 48", ANIMATED),
    "AVIF": ("AVIF.avif, shown, 64 × 48", "converted to jpg"),
    "AVIF that moves": ("AVIF.avif, shown, 64 × 48", ANIMATED),
    "HEIC": ("HEIC.heic, downloaded, 64 × 48", "converted to jpg"),
    "HEIC that one can see through": ("HEIC.heic, downloaded, 64 × 48", "converted to png"),
    "TIFF": ("TIFF.tif, downloaded, 64 × 48", "converted to png"),
    "TIFF for print": ("TIFF.tif, downloaded, 64 × 48", "converted to png"),
    "grey TIFF on its side": ("TIFF.tif, downloaded, 48 × 64", "converted to png"),
    "TIFF of two pages": ("TIFF.tif, downloaded, 64 × 48", "refused: file has several pages. Save one of them as PNG."),
    "BMP": ("BMP.bmp, shown, 64 × 48", "converted to png"),
    "JPEG 2000": ("JPEG 2000.jp2, downloaded, 64 × 48", "converted to jpg"),
    "16-bit grey TIFF, big end first": ("TIFF.tif, downloaded, 64 × 48", "converted to png"),
    "Photoshop file of two layers": ("Photoshop file.psd, downloaded, 64 × 48", "converted to png"),
    "PNG with a wrong checksum in its words": ("PNG.png, shown, 64 × 48", "taken, png"),
    "PNG with a wrong checksum in words behind": ("PNG.png, shown, 64 × 48", "taken, png"),
    "WebM of two frames in two seconds": ("WebM.webm, played, 64 × 48", is_a("a WebM", VIDEO)),
    "page without a head": (gave("a text, perhaps an error message,"), is_a("a text", ANY)),
    "error in Chinese": (gave("a text, perhaps an error message,"), is_a("a text", ANY)),
    "icon": ("icon.ico, downloaded, 48 × 36", "converted to png"),
    "raw photo": ("raw photo.dng, downloaded, no preview", is_a("a raw photo", PICTURE)),
    "JPEG XL": ("JPEG XL.jxl, downloaded, no preview", is_a("a JPEG XL", PICTURE)),
    "SVG": ("SVG.svg, downloaded, no preview", is_a("an SVG", PICTURE)),
    "MP4": ("MP4.mp4, played, 64 × 48", "taken, mp4"),
    "MP4 on its side": ("MP4.mp4, played, 48 × 64", "taken, mp4"),
    "MP4 of wide pixels": ("MP4.mp4, played, 128 × 48", "taken, mp4"),
    "MP4 in fragments": ("MP4.mp4, played, 64 × 48", "taken, mp4"),
    "MP4 of AV1": ("MP4.mp4, played, 64 × 48", "taken, mp4"),
    "MP4 of HEVC": ("HEVC video.mp4, played by some, 64 × 48", "taken, mp4"),
    "MP4 of MPEG-4 part 2": ("MPEG-4 part 2 video.mp4, downloaded, 64 × 48", "taken, mp4"),
    "MP4 in a codec that nobody has": ("video in an unknown codec.mp4, downloaded, no preview", BROKEN),
    "MOV": ("MOV.mov, played, 64 × 48", "taken, mov"),
    "MOV of ProRes": ("ProRes video.mov, downloaded, 64 × 48", "taken, mov"),
    "WebM": ("WebM.webm, played, 64 × 48", is_a("a WebM", VIDEO)),
    "WebM of a live stream": ("WebM.webm, played, 64 × 48", is_a("a WebM", VIDEO)),
    "MKV": ("MKV.mkv, downloaded, 64 × 48", is_a("an MKV", VIDEO)),
    "AVI": ("AVI.avi, downloaded, 64 × 48", is_a("an AVI", VIDEO)),
    "Flash video": ("Flash video.flv, downloaded, 64 × 48", is_a("a Flash video", VIDEO)),
    "MPEG-TS": ("MPEG-TS.ts, downloaded, 64 × 48", is_a("an MPEG-TS", VIDEO)),
    "MPEG": ("MPEG.mpg, downloaded, 64 × 48", is_a("an MPEG", VIDEO)),
    "Windows Media": ("Windows Media file.wmv, downloaded, 64 × 48", is_a("a Windows Media file", VIDEO)),
    "3GP": ("3GP.3gp, downloaded, 64 × 48", is_a("a 3GP", VIDEO)),
    "bare H.264": ("H.264 stream.h264, downloaded, 64 × 48", is_a("an H.264 stream", VIDEO)),
    "MP3": ("MP3.mp3, downloaded, no preview", "taken, mp3"),
    "MP3 behind two ID3 tags": ("MP3.mp3, downloaded, no preview", "taken, mp3"),
    "MP3 behind zeros": ("MP3.mp3, downloaded, no preview", "taken, mp3"),
    "MP3 behind nonsense": ("MP3.mp3, downloaded, no preview", "taken, mp3"),
    "MP3 with much behind it": ("MP3.mp3, downloaded, no preview", "taken, mp3"),
    "MP3 cut in half": ("MP3.mp3, downloaded, no preview", "taken, mp3"),
    "WAV": ("WAV.wav, downloaded, no preview", "taken, wav"),
    "WAV of length 0xffffffff": ("WAV.wav, downloaded, no preview", "taken, wav"),
    "WAV of length 0x7fffffff": ("WAV.wav, downloaded, no preview", "taken, wav"),
    "WAV of length 0x7ffff000": ("WAV.wav, downloaded, no preview", "taken, wav"),
    "WAV of length 0x0": ("WAV.wav, downloaded, no preview", "taken, wav"),
    "WAV of floats, of length 0xffffffff": ("WAV.wav, downloaded, no preview", "taken, wav"),
    "M4A": ("M4A.m4a, downloaded, no preview", is_a("an M4A", SOUND)),
    "MP4 with audio only": ("MP4 with audio only.m4a, downloaded, no preview", is_a("an MP4 with audio only", SOUND)),
    "AAC": ("AAC.aac, downloaded, no preview", is_a("an AAC", SOUND)),
    "FLAC": ("FLAC.flac, downloaded, no preview", is_a("a FLAC", SOUND)),
    "AIFF": ("AIFF.aiff, downloaded, no preview", is_a("an AIFF", SOUND)),
    "nothing": (gave("an empty file"), "refused: file is empty. Export it again, then add the new file."),
    "web page": (gave("a web page"), is_a("a web page", ANY)),
    "error in JSON": (gave("a text, perhaps an error message,"), is_a("a text", ANY)),
    "error in XML": (gave("a text, perhaps an error message,"), is_a("a text", ANY)),
    "one word": (gave("a text, perhaps an error message,"), is_a("a text", ANY)),
    "playlist": (gave("a text, perhaps an error message,"), is_a("a text", ANY)),
    "PDF": (gave("a PDF"), is_a("a PDF", ANY)),
    "Office file": (gave("a ZIP or an Office file"), is_a("a ZIP or an Office file", ANY)),
    "zeros": (gave("an unknown kind of file"), is_a("an unknown kind of file", ANY)),
    "nonsense": (gave("an unknown kind of file"), is_a("an unknown kind of file", ANY)),
    "half a PNG": (NOT_WHOLE, BROKEN),
    "half a JPG": (NOT_WHOLE, BROKEN),
    "half a WebP": (NOT_WHOLE, BROKEN),
    "half a GIF": (NOT_WHOLE, ANIMATED),
    "half an AVIF": (NOT_WHOLE, is_a("an AVIF", PICTURE)),
    "half a HEIC": (NOT_WHOLE, BROKEN),
    "half an MP4": (NOT_WHOLE, BROKEN),
    "half an MP4, index in front": (NOT_WHOLE, BROKEN),
    "half a WebM": (NOT_WHOLE, is_a("a WebM", VIDEO)),
}


def as_result(file: Path) -> str:
    try:
        kept = inspection.inspect(file, Kind.IMAGE)
    except ArchiveError as error:
        return f"no result: {error.message}"
    played = {formats.is_played: "played", formats.may_be_played: "played by some", formats.is_shown: "shown"}
    does = next((does for is_so, does in played.items() if is_so(kept.format)), "downloaded")
    try:
        seen = inspection.depict(file)
    except Undecodable:
        return f"{kept.format}.{kept.ending}, {does}, no preview"
    return f"{kept.format}.{kept.ending}, {does}, {seen.width} × {seen.height}"


def as_reference(file: Path, workshop: Path) -> str:
    try:
        taken = screening.screen(file, "file", list(Medium), workshop)
    except DraftError as error:
        return f"refused: {error.message}"
    if taken.converted:
        return f"converted to {taken.ending}"
    return f"taken, {taken.ending}" if taken.file == file else f"turned, {taken.ending}"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says of odd EXIF that it is odd
@pytest.mark.parametrize("name", FILES)
def test_what_becomes_of_it(name: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    (file := tmp_path / "file").write_bytes(FILES[name]())
    found = as_result(file), as_reference(file, tmp_path)
    record_property(table.ODD_FILES, (name, *found))
    assert found == EXPECTED[name]

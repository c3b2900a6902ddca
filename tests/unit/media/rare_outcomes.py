"""What is to become of the rare files of the corpus: odd kinds, odd brands, and those of them that were cut."""

from tests.unit.media.odd_outcomes import ANY, BROKEN, NOT_WHOLE, PICTURE, SOUND, VIDEO, gave, is_a
from tests.unit.media.odd_videos import BRANDS_OF_3GP


def rare(what: str) -> str:
    return f"refused: file is {what} of a kind that can't be read here. Save it as PNG, then add that."


RARE = {  # as in the other one
    **dict.fromkeys(
        ("JPG of 12 bits", "lossless JPG"), ("JPG of a rare kind.jpg, downloaded, no preview", rare("a JPG"))
    ),
    **dict.fromkeys(
        ("BMP of 4 bits a colour", "BMP of 10 bits a colour"), ("BMP.bmp, shown, no preview", rare("a BMP"))
    ),
    **dict.fromkeys(
        (
            "16-bit grey TIFF that one can see through",
            "16-bit grey TIFF, 0 is white, big end first",
            "TIFF of colours in floats",
        ),
        ("TIFF.tif, downloaded, no preview", rare("a TIFF")),
    ),
    **dict.fromkeys(
        (
            "16-bit grey TIFF, 0 is white",
            "TIFF of floats",
            "TIFF of floats, some of which are none",
            "TIFF of floats that are all none",
            "TIFF of signed numbers",
        ),
        ("TIFF.tif, downloaded, 64 × 48", "converted to png"),
    ),
    **dict.fromkeys(
        ("16-bit Photoshop file", "large Photoshop file"),
        ("Photoshop file.psd, downloaded, no preview", rare("a Photoshop file")),
    ),
    "JPEG 2000 of grey that one can see through": (
        "JPEG 2000.jp2, downloaded, no preview",
        rare("a JPEG 2000"),
    ),
    **dict.fromkeys(
        (
            "SVG with entities",
            "SVG behind a long comment",
            "SVG behind space",
            "SVG in UTF-16",
            "SVG in UTF-16 without a mark",
            "SVG in Latin-1",
        ),
        ("SVG.svg, downloaded, no preview", is_a("an SVG", PICTURE)),
    ),
    "QOI": ("QOI.qoi, downloaded, 64 × 48", "converted to png"),
    "MXF": ("MXF.mxf, downloaded, 64 × 48", is_a("an MXF", VIDEO)),
    "IVF": ("IVF.ivf, downloaded, 64 × 48", is_a("an IVF", VIDEO)),
    "bare HEVC": ("HEVC stream.h265, downloaded, 64 × 48", is_a("an HEVC stream", VIDEO)),
    "bare MPEG-4": ("MPEG-4 stream.m4v, downloaded, 64 × 48", is_a("an MPEG-4 stream", VIDEO)),
    "CAF": ("CAF.caf, downloaded, no preview", is_a("a CAF", SOUND)),
    "Wave64": ("Wave64.w64, downloaded, no preview", is_a("a Wave64", SOUND)),
    "AMR": ("AMR.amr, downloaded, no preview", is_a("an AMR", SOUND)),
    "AVIF of the brand mif1": ("AVIF.avif, shown, 64 × 48", "converted to jpg"),
    "HEIC of the brand mif1": ("HEIC.heic, downloaded, 64 × 48", "converted to jpg"),
    "HEIC of two images": ("HEIC.heic, downloaded, 64 × 48", "converted to jpg"),
    **dict.fromkeys(
        (
            "MP4 that is mirrored",
            "MP4 with a matrix of zeros",
            "MP4 that tells no length",
            "MP4 of the brand M4A",
            "MP4 of the brand M4V",
            "MP4 of the brand mif1",
        ),
        ("MP4.mp4, played, 64 × 48", "taken, mp4"),
    ),
    "MP4 that is mirrored on its side": ("MP4.mp4, played, 48 × 64", "taken, mp4"),
    **{f"3GP of the brand {brand}": ("3GP.3gp, downloaded, 64 × 48", is_a("a 3GP", VIDEO)) for brand in BRANDS_OF_3GP},
    **{f"half a 3GP of the brand {brand}": (NOT_WHOLE, is_a("a 3GP", VIDEO)) for brand in BRANDS_OF_3GP},
    **dict.fromkeys(
        (
            "half of JPG of 12 bits",
            "half of lossless JPG",
            "half of BMP of 4 bits a colour",
            "half of HEIC of two images",
            "half an icon",
        ),
        (NOT_WHOLE, BROKEN),
    ),
    "icon without the end of its last image": (NOT_WHOLE, "converted to png"),
    "Photoshop file without the end of its last channel": (NOT_WHOLE, "converted to png"),
    "half a TIFF of two pages": (NOT_WHOLE, "refused: file has several pages. Save one of them as PNG."),
    "half a raw photo": (NOT_WHOLE, is_a("a raw photo", PICTURE)),
    "SVG without its end": (NOT_WHOLE, is_a("an SVG", PICTURE)),
    "web page in UTF-16": (gave("a web page"), is_a("a web page", ANY)),
    "page behind a long comment": (gave("a web page"), is_a("a web page", ANY)),
    "MP4 without the end of its index": (NOT_WHOLE, BROKEN),
}

"""Small pictures of attached pictures and papers, made when somebody first looks and kept beside the files."""

import os
import threading
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from bihuan.issues.pages import PDF, page_picture
from bihuan.issues.rules.files import INLINE
from bihuan.issues.storage import preview_path, stored_path

EDGE = 480
"""Pixels of the longer edge."""
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_MOST_PIXELS = 16_000_000  # 64 MB while it is being made; a JPEG is read at a fraction of its size
_MOST_JPEG = 60_000_000  # but not of a progressive one, which is held whole
_one_at_a_time = threading.Semaphore(1)


def may_have_preview(media_type: str) -> bool:
    """Whether a small picture is made of a file of this type, as recognised by its bytes: pictures and PDF."""
    return media_type in INLINE or media_type == PDF


def preview(stored_as: str, media_type: str) -> Path | None:
    """The small picture (WebP) of a stored picture, or of the first page; None where it is too large or broken.

    One at a time in a process: decoding takes memory by the pixel, whatever the file's size says.
    """
    made = preview_path(stored_as)
    if made.is_file():
        return made
    source = page_picture(stored_as, 1) if media_type == PDF else stored_path(stored_as)
    with _one_at_a_time:
        return made if made.is_file() or (source is not None and _make(source, made)) else None


def _make(source: Path, target: Path) -> bool:
    draft = target.with_name(f"{target.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=_FORMATS) as picture:
                pixels = picture.width * picture.height
                in_parts = picture.format == "JPEG" and "progressive" not in picture.info
                if pixels > (_MOST_JPEG if in_parts else _MOST_PIXELS):
                    return False
                picture.draft("RGB", (EDGE * 2, EDGE * 2))
                small = ImageOps.exif_transpose(picture)
                small.thumbnail((EDGE, EDGE))
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                small.convert("RGBA" if "A" in small.getbands() or "transparency" in small.info else "RGB").save(
                    draft, "WEBP", quality=80, method=3
                )
        draft.replace(target)
    except (
        OSError,
        ValueError,
        SyntaxError,
        MemoryError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ):
        draft.unlink(missing_ok=True)
        return False
    return True

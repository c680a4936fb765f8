"""Where the bytes of attachments lie: under random names, in 256 folders below MEDIA_ROOT."""

import os
import secrets
from pathlib import Path

from django.conf import settings

from bihuan.issues.models import Attachment


def _place(stored_as: str) -> Path:
    root: Path = settings.MEDIA_ROOT
    return root / stored_as[:2] / stored_as


def keep_bytes(data: bytes) -> str:
    """Writes the bytes and gives the name under which they lie. A name is never used twice."""
    name = secrets.token_hex(20)
    path = _place(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return name


def path_of(attachment: Attachment) -> Path:
    """Where the bytes of an attachment lie."""
    return _place(attachment.stored_as)


def stored_path(name: str) -> Path:
    """Where bytes lie by the name that ``keep_bytes`` gave."""
    return _place(name)


def preview_path(name: str) -> Path:
    """Where the small picture of a stored one lies, or would."""
    place = _place(name)
    return place.with_name(f"{place.name}.preview")


def page_path(name: str, number: int) -> Path:
    """Where the picture of a page of a stored PDF lies, or would."""
    place = _place(name)
    return place.with_name(f"{place.name}.page{number}")


def page_count_path(name: str) -> Path:
    """Where the number of pages of a stored PDF lies, once one was drawn."""
    place = _place(name)
    return place.with_name(f"{place.name}.pages")


def drop_bytes(name: str) -> None:
    """Takes bytes and the pictures made of them away; what is gone already is no matter."""
    place = _place(name)
    for each in (place, *place.parent.glob(f"{place.name}.*")):
        each.unlink(missing_ok=True)

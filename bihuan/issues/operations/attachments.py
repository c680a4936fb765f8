"""Files: stored under random names, typed by what they are, never by what they say."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from bihuan.core.actor import Actor
from bihuan.issues.errors import FileRefused
from bihuan.issues.models import Attachment
from bihuan.issues.operations.values import NewFile
from bihuan.issues.rules.files import clean_name, sniffed_type
from bihuan.issues.storage import keep_bytes, path_of

__all__ = ["ISSUE_BYTES", "MOST", "build_files", "copied_files", "path_of"]
MOST = 20
ISSUE_BYTES = 1024 * 1024 * 1024


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MB"


def _refused(file: NewFile, why: str) -> FileRefused:
    return FileRefused(params={"name": clean_name(file.name), "why": why})


def _check(files: Sequence[NewFile], issue_id: int | None) -> None:
    limit: int = settings.ATTACHMENT_MAX_BYTES
    if len(files) > MOST:
        raise _refused(files[MOST], _("一次最多 %(n)d 个文件") % {"n": MOST})
    for file in files:
        if len(file.data) > limit:
            raise _refused(file, _("超过 %(limit)s") % {"limit": _megabytes(limit)})
    kept = Attachment.objects.filter(issue_id=issue_id).aggregate(sum=Sum("size"))["sum"] if issue_id else 0
    if (kept or 0) + sum(len(file.data) for file in files) > ISSUE_BYTES:
        raise _refused(files[0], _("这件问题的文件合计超过 %(limit)s") % {"limit": _megabytes(ISSUE_BYTES)})


def build_files(
    *, files: Sequence[NewFile], issue_id: int | None, public: bool, actor: Actor, now: datetime
) -> list[Attachment]:
    """The unsaved rows of files whose bytes are stored; refuses what is too large or too much.

    Bytes are written before rows: a transaction that is undone leaves a file that nothing leads to, never a row
    without a file. Nothing is unpacked and no picture is decoded, so neither a ZIP nor an image bomb goes off here.
    """
    if not files:
        return []
    _check(files, issue_id)
    return [
        Attachment(
            issue_id=issue_id,
            name=clean_name(file.name),
            media_type=sniffed_type(file.data),
            size=len(file.data),
            digest=hashlib.sha256(file.data).hexdigest(),
            stored_as=keep_bytes(file.data),
            cid=file.cid.replace("\x00", "")[:250],
            public=public,
            uploaded_by_id=actor.user_id,
            at=now,
        )
        for file in files
    ]


def copied_files(files: Sequence[Attachment], *, issue_id: int, actor: Actor, now: datetime) -> list[Attachment]:
    """The unsaved rows of copies for the house's own use: the same bytes on disk under the same names."""
    return [
        Attachment(
            issue_id=issue_id,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            digest=file.digest,
            stored_as=file.stored_as,
            uploaded_by_id=actor.user_id,
            at=now,
        )
        for file in files
    ]

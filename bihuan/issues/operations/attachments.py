"""Files: stored under random names, typed by what they are, never by what they say."""

import hashlib
import os
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop

from bihuan.core.actor import Actor
from bihuan.issues.errors import FileRefused
from bihuan.issues.models import Attachment
from bihuan.issues.operations.values import NewFile
from bihuan.issues.rules.files import clean_name, sniffed_type

MOST = 20


def _place(stored_as: str) -> Path:
    root: Path = settings.MEDIA_ROOT
    return root / stored_as[:2] / stored_as


def _write(data: bytes) -> str:
    name = secrets.token_hex(20)
    path = _place(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return name


def attach(
    *, files: Sequence[NewFile], issue_id: int, entry_id: int | None, public: bool, actor: Actor, now: datetime
) -> list[Attachment]:
    """Stores files of an entry. Bytes are written first: a rolled-back row leaves only an unreachable file."""
    if not files:
        return []
    limit: int = settings.ATTACHMENT_MAX_BYTES
    if len(files) > MOST:
        raise FileRefused(params={"name": files[MOST].name[:100], "why": gettext_noop("文件太多")})
    for file in files:
        if len(file.data) > limit:
            raise FileRefused(params={"name": file.name[:100], "why": f"> {limit // 1024 // 1024} MB"})
    return Attachment.objects.bulk_create(
        Attachment(
            issue_id=issue_id,
            entry_id=entry_id,
            name=clean_name(file.name),
            media_type=sniffed_type(file.data),
            size=len(file.data),
            digest=hashlib.sha256(file.data).hexdigest(),
            stored_as=_write(file.data),
            public=public,
            uploaded_by_id=actor.user_id,
            at=now,
        )
        for file in files
    )


def path_of(attachment: Attachment) -> Path:
    """Where the bytes lie."""
    return _place(attachment.stored_as)

"""Files that came with a form."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from bihuan.core.errors import Refused
from bihuan.issues.operations import NewFile

MOST = 10


class UploadRefused(Refused):
    code = "upload_refused"
    text = gettext_noop("最多 10 个文件，每个不超过 %(mb)s MB；文件没有保存，其余内容请重新提交。")
    status = 413


def uploaded(request: HttpRequest, field: str = "files") -> tuple[NewFile, ...]:
    """The files of a form field; too many or too large are refused before they are read."""
    files = request.FILES.getlist(field)
    limit: int = settings.ATTACHMENT_MAX_BYTES
    if len(files) > MOST or any((file.size or 0) > limit for file in files):
        raise UploadRefused(params={"mb": limit // 1024 // 1024})
    return tuple(NewFile(name=file.name or "", media_type=file.content_type or "", data=file.read()) for file in files)

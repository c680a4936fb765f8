"""Files that came with a form."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from bihuan.core.errors import Refused
from bihuan.issues.operations import NewFile
from bihuan.web.ui.filters import file_size

MOST = 10


class TooManyFiles(Refused):
    code = "too_many_files"
    text = gettext_noop("一次最多 %(n)s 个文件，这次有 %(m)s 个；文件都没有上传，其他内容还在，请减少后再提交。")
    status = 413


class FileTooLarge(Refused):
    code = "file_too_large"
    text = gettext_noop("“%(name)s”有 %(size)s，单个文件最多 %(limit)s；文件都没有上传，其他内容还在，请换一个再提交。")
    status = 413


def uploaded(request: HttpRequest, field: str = "files") -> tuple[NewFile, ...]:
    """The files of a form field; too many or too large are refused before they are read."""
    files = request.FILES.getlist(field)
    limit: int = settings.ATTACHMENT_MAX_BYTES
    if len(files) > MOST:
        raise TooManyFiles(params={"n": MOST, "m": len(files)})
    for file in files:
        if (file.size or 0) > limit:
            sizes = {"size": file_size(file.size or 0), "limit": file_size(limit)}
            raise FileTooLarge(params={"name": file.name or "", **sizes})
    return tuple(NewFile(name=file.name or "", media_type=file.content_type or "", data=file.read()) for file in files)

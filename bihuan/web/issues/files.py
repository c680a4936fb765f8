"""Files in and out. Never inlined unless a checked raster image; never under the name they came with."""

from pathlib import Path
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.clock import system_now
from bihuan.issues import operations, queries
from bihuan.issues.queries import FileOut
from bihuan.web.issues.uploads import uploaded
from bihuan.web.request import actor_of


def send(file: FileOut) -> HttpResponseBase:
    """The file's bytes under the strictest headers."""
    response = FileResponse(
        file.path.open("rb"), as_attachment=not file.inline, filename=file.name, content_type=file.media_type
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


@require_GET
@login_required
def download(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """A file of an issue that the person may see."""
    return send(queries.file(actor=actor_of(request), file_id=file_id))


def _picture(path: Path) -> HttpResponseBase:
    """A picture that we made; it never changes, so a browser asks once."""
    response = FileResponse(path.open("rb"), content_type="image/webp")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return response


@require_GET
@login_required
def preview(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """A picture, or the first page of a paper, made small."""
    return _picture(queries.file_preview(actor=actor_of(request), file_id=file_id))


@require_GET
@login_required
def pages(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """{pages}: how many pages of a paper can be shown; 0 where it cannot be read."""
    return JsonResponse({"pages": queries.file_pages(actor=actor_of(request), file_id=file_id)})


@require_GET
@login_required
def page(request: HttpRequest, file_id: UUID, number: int) -> HttpResponseBase:
    """A page of a paper."""
    return _picture(queries.file_page(actor=actor_of(request), file_id=file_id, number=number))


@require_POST
@login_required
def upload(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Files for a form field of a step; answers their ids, which the form then carries."""
    stored = operations.store_files(
        issue_id=issue_id, files=uploaded(request), actor=actor_of(request), now=system_now()
    )
    return JsonResponse({"files": [{"id": str(file.pk), "name": file.name, "size": file.size} for file in stored]})

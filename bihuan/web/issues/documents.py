"""The forms of an issue on paper."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.documents import build_document, render_docx, render_pdf
from bihuan.issues import queries
from bihuan.web.present.company import company
from bihuan.web.request import actor_of, language_of
from bihuan.web.ui.filters import instant

_TYPES = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


@require_GET
@login_required
def download(request: HttpRequest, issue_id: int, code: str, kind: str) -> HttpResponse:
    """``/issues/12/documents/F02.pdf``: A4, with what the steps filled in so far."""
    if kind not in _TYPES:
        raise NotFound
    paper = queries.document(actor=actor_of(request), issue_id=issue_id, code=code)
    document = build_document(
        form=paper.form,
        data=paper.data,
        company=company()["name"],
        number=paper.number,
        language=language_of(request),
        names=paper.names,
        images=paper.images,
        meta=((_("编号"), paper.number), (_("客户"), paper.customer), (_("打印时间"), instant(system_now()))),
        signatures=((_("填表"), paper.filled_by), (_("审核"), ""), (_("批准"), "")),
    )
    fonts = [settings.VAR_DIR / "fonts"]
    content = render_pdf(document, font_folders=fonts) if kind == "pdf" else render_docx(document)
    response = HttpResponse(content, content_type=_TYPES[kind])
    name = f"{paper.number}-{code}.{kind}"
    response.headers["Content-Disposition"] = content_disposition_header(kind != "pdf", name) or "attachment"
    return response

"""Files and printed forms of an issue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db.models import Q

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.flows import queries as flows
from bihuan.issues.models import Attachment, Entry, FormRecord, Issue
from bihuan.issues.pages import PDF, page_count, page_picture
from bihuan.issues.permissions import visible
from bihuan.issues.previews import may_have_preview, preview
from bihuan.issues.queries.details import issue
from bihuan.issues.queries.progress import said_with_customer
from bihuan.issues.queries.relations import family
from bihuan.issues.rules.files import disposition, printable
from bihuan.issues.storage import path_of

_HEAD = 64 * 1024
_SIGNATURE = 1024 * 1024
"""Bytes of a signature at most; a larger file is printed as its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOut:
    """A file as it may leave: ``inline`` only for raster images recognised by their bytes, everything else as a
    download of the type ``media_type``, which is never one that a browser would run."""

    path: Path
    name: str
    media_type: str
    inline: bool


def _file_out(found: Attachment | None) -> FileOut:
    path = path_of(found) if found is not None else None
    if found is None or path is None or not path.is_file():
        raise NotFound
    with path.open("rb") as file:
        decided = disposition(file.read(_HEAD), size=found.size)
    return FileOut(path=path, name=found.name, inline=decided.inline, media_type=decided.media_type)


def file(*, actor: Actor, file_id: UUID) -> FileOut:
    """A file of an issue that the actor may see."""
    return _file_out(_kept(actor, file_id))


def file_preview(*, actor: Actor, file_id: UUID) -> Path:
    """The small picture (WebP) of a picture or paper of an issue that the actor may see; not found where there is none."""
    found = _kept(actor, file_id)
    made = preview(found.stored_as, found.media_type) if may_have_preview(found.media_type) else None
    if made is None:
        raise NotFound
    return made


def file_pages(*, actor: Actor, file_id: UUID) -> int:
    """How many pages of a PDF of an issue that the actor may see can be shown; not found where it is none."""
    found = _kept(actor, file_id)
    if found.media_type != PDF:
        raise NotFound
    return page_count(found.stored_as)


def file_page(*, actor: Actor, file_id: UUID, number: int) -> Path:
    """A page of it as a picture (WebP), from 1."""
    found = _kept(actor, file_id)
    made = page_picture(found.stored_as, number) if found.media_type == PDF else None
    if made is None:
        raise NotFound
    return made


def _kept(actor: Actor, file_id: UUID) -> Attachment:
    """A file of an issue that the actor may see."""
    found = Attachment.objects.filter(pk=file_id, issue__in=Issue.objects.filter(visible(actor))).first()
    if found is None:
        raise NotFound
    return found


def entry_with_html(*, actor: Actor, issue_id: int, entry_id: int) -> Entry:
    """A message that came as HTML, with its files, of an issue (or one merged into it) that the actor may see."""
    there = list(family(actor=actor, issue_id=issue_id))
    rows = Entry.objects.filter(pk=entry_id, issue_id__in=there).exclude(html="").prefetch_related("attachments")
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def public_file(*, issue_id: int, file_id: UUID) -> FileOut:
    """A public file of this very issue or of the conversation that its page shows, for the customer behind its link."""
    here = Issue.objects.only("pk", "customer_id", "contact_id").filter(pk=issue_id).first()
    if here is None:
        raise NotFound
    said = Entry.objects.filter(said_with_customer(here))
    shown = Q(issue_id=issue_id, public=True) | Q(entry__in=said, public=True) | Q(entry__origin_id=issue_id)
    return _file_out(Attachment.objects.filter(shown, pk=file_id).first())


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a printed form needs. ``images``: the signatures that can be printed, PNG by file id."""

    form: Mapping[str, object]
    data: Mapping[str, object]
    number: str
    customer: str
    filled_by: str
    names: Mapping[str, str]
    images: Mapping[str, bytes]


def document_codes(*, found: Issue) -> list[tuple[str, str]]:
    """(code, name) of the documents that something was filled into, of an issue that the caller was given to see."""
    codes = FormRecord.objects.filter(issue=found).order_by("code").values_list("code", flat=True)
    forms = [(code, flows.form_of(version_id=found.instance.version_id, code=code)) for code in codes]
    return [(code, str(form.get("title", code))) for code, form in forms if form is not None]


def document(*, actor: Actor, issue_id: int, code: str) -> Paper:
    """A form of the issue with all that its steps filled in."""
    found = issue(actor=actor, issue_id=issue_id)
    form = flows.form_of(version_id=found.instance.version_id, code=code)
    record = FormRecord.objects.select_related("updated_by").filter(issue=found, code=code).first()
    if form is None or record is None:
        raise NotFound
    names = {place.key: place.name for place in accounts.departments()}
    names |= {person.username: person.name for person in accounts.people(actor=actor)}
    attached = list(found.attachments.all())
    names |= {str(each.pk): each.name for each in attached}
    return Paper(
        form=form,
        data=record.data,
        number=found.number,
        customer=found.customer_name,
        filled_by=record.updated_by.name if record.updated_by else "",
        names=names,
        images=_signatures(form, record.data, attached),
    )


def _signatures(
    form: Mapping[str, object], data: Mapping[str, object], attached: Iterable[Attachment]
) -> dict[str, bytes]:
    """The signatures in the data that are files of this issue and pictures from beginning to end."""
    nodes = form.get("properties")
    signed: set[str] = set()
    for name, node in nodes.items() if isinstance(nodes, Mapping) else ():
        value = data.get(name)
        if isinstance(node, Mapping) and node.get("x-widget") == "signature" and isinstance(value, list):
            signed |= {one for one in value if isinstance(one, str)}
    found = {}
    for each in attached:
        path = path_of(each)
        if str(each.pk) in signed and each.size <= _SIGNATURE and path.is_file():
            content = path.read_bytes()
            if printable(content):
                found[str(each.pk)] = content
    return found

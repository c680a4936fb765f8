"""From the tree of parts to what a person reads: text, HTML, attachments."""

import html as html_entities
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.channels.kinds.email.charsets import decode
from bihuan.channels.kinds.email.defects import Defects
from bihuan.channels.kinds.email.html_guard import is_tangled
from bihuan.channels.kinds.email.html_text import LONGEST_HTML, LONGEST_TEXT, html_to_text
from bihuan.channels.kinds.email.mime import MIME_TYPE, Part
from bihuan.channels.kinds.email.model import Attachment
from bihuan.channels.kinds.email.parameters import safe_name
from bihuan.channels.kinds.email.tnef import read_tnef

_META = re.compile(rb"<meta[^<>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_CID_USED = re.compile(r"cid:([^\s\"'<>)]{1,250})", re.IGNORECASE)
_ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/rtf": ".rtf",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/rtf": ".rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/pkcs7-signature": ".p7s",
    "application/pgp-signature": ".asc",
    "application/ms-tnef": ".dat",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/heic": ".heic",
    "image/tiff": ".tif",
    "audio/mpeg": ".mp3",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "message/disposition-notification": ".txt",
}
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
MOST_ATTACHMENTS = 300


@dataclass(slots=True)
class Body:
    """What one part gives: the plain text, the HTML, or neither."""

    plain: str = ""
    html: str = ""
    _text: str | None = None

    def readable(self) -> str:
        """The plain text, or that of the HTML, which is made once."""
        if self._text is None:
            self._text = self.plain if self.plain.strip() else html_to_text(self.html)
        return self._text


@dataclass(slots=True)
class Content:
    """What a whole mail gives."""

    text: str = ""
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    repaired: bool = False


class _Reader:
    def __init__(self, defects: Defects) -> None:
        self.defects = defects
        self.attachments: list[Attachment] = []
        self.repaired = False
        self.unpacked = Body()

    def body(self, part: Part) -> Body:
        """The text of a part; everything in it that is no text goes to the attachments."""
        if part.type == "multipart/alternative":
            return self._alternative(part)
        if part.type == "multipart/related" and part.children:
            return self._related(part)
        if part.type.startswith("multipart/"):
            return _joined(self.body(child) for child in part.children)
        if part.type in ("text/plain", "text/html") and not self._is_file(part):
            return self.text_of(part)
        self.attach(part, inline=False)
        return Body()

    def _is_file(self, part: Part) -> bool:
        return part.disposition.word == "attachment" or bool(part.name)

    def _alternative(self, part: Part) -> Body:
        bodies = [self.body(child) for child in part.children]
        plain = next((body.plain for body in bodies if body.plain.strip()), "")
        html = next((body.html for body in reversed(bodies) if body.html.strip()), "")
        return Body(plain, html)

    def _related(self, part: Part) -> Body:
        start = part.content_type.get("start").strip("<>")
        root = next((child for child in part.children if start and _cid(child) == start), part.children[0])
        body = self.body(root)
        used = {cid.lower() for cid in _CID_USED.findall(body.html)}
        for child in part.children:
            if child is root:
                continue
            if child.type.startswith(("multipart/", "text/html")) and not body.readable().strip():
                body = self.body(child)
            else:
                shown = _cid(child).lower() in used or (bool(_cid(child)) and child.disposition.word != "attachment")
                self.attach(child, inline=shown)
        return body

    def text_of(self, part: Part) -> Body:
        """The text of a leaf."""
        data = part.payload(self.defects)
        declared = part.content_type.get("charset") or None
        if part.type == "text/html" and declared is None and (meta := _META.search(data[:4096])):
            declared = meta.group(1).decode("ascii")
        text = self._decoded(data, declared).replace("\r\n", "\n").replace("\r", "\n")
        if part.type == "text/plain":
            return Body(plain=self._limited(text, LONGEST_TEXT))
        if is_tangled(text):
            self.defects.add("html_too_complex")
        return Body(html=self._limited(text, LONGEST_HTML))

    def _decoded(self, data: bytes, declared: str | None) -> str:
        decoded = decode(data, declared)
        self.repaired |= decoded.repaired
        if not decoded.lossless:
            self.defects.add("undecodable_bytes")
        if "\x00" in decoded.text:
            self.defects.add("null_bytes")
        return decoded.text.replace("\x00", "")

    def _limited(self, text: str, longest: int) -> str:
        if len(text) > longest:
            self.defects.add("text_too_long")
        return text[:longest]

    def attach(self, part: Part, *, inline: bool) -> None:
        """Lists a part as a file; of containers what they hold."""
        if part.type.startswith("multipart/"):
            for child in part.children:
                self.attach(child, inline=inline)
            return
        if part.type == "message/rfc822":
            data = part.raw[part.start : part.end]
        else:
            data = part.payload(self.defects)
        shown = inline or (part.disposition.word == "inline" and part.type.startswith("image/"))
        self.repaired |= part.content_type.repaired or part.disposition.repaired
        self._add(part.name or self._default_name(part), part.type, data, inline=shown, cid=_cid(part))
        if part.type in _TNEF_TYPES or part.name.lower() == "winmail.dat":
            self._unpack(data)

    def _add(self, name: str, kind: str, data: bytes, *, inline: bool, cid: str = "") -> None:
        if len(self.attachments) >= MOST_ATTACHMENTS:
            self.defects.add("too_many_attachments")
            return
        self.attachments.append(Attachment(name=name, type=kind, inline=inline, cid=cid, data=data))

    def _default_name(self, part: Part) -> str:
        if part.type == "message/rfc822" and part.children:
            subject = safe_name(part.children[0].headers.text("subject"))
            return f"{subject[:100] or 'message'}.eml"
        if part.type in _TNEF_TYPES:
            return "winmail.dat"
        return f"attachment-{len(self.attachments) + 1}{_ENDINGS.get(part.type, '.bin')}"

    def _unpack(self, data: bytes) -> None:
        """What Outlook packed into a winmail.dat."""
        found = read_tnef(data)
        if found is None or found.broken:
            self.defects.add("broken_winmail")
        if found is None:
            return
        for number, file in enumerate(found.files, 1):
            name = safe_name(file.name) or f"winmail-{number}.bin"
            kind = file.type if MIME_TYPE.fullmatch(file.type) else "application/octet-stream"
            self._add(name, kind, file.data, inline=False)
        self.unpacked = Body(found.text.replace("\r\n", "\n"), found.html)


def read_content(root: Part, defects: Defects) -> Content:
    """Text, HTML and attachments of a mail."""
    reader = _Reader(defects)
    body = reader.body(root)
    if not body.readable().strip():
        body = _instead(root, reader) or body
    return Content(
        text=body.readable().strip("\n"), html=body.html, attachments=reader.attachments, repaired=reader.repaired
    )


def _instead(root: Part, reader: _Reader) -> Body | None:
    """A text for a mail that has none of its own: from winmail.dat, a file of text, or the mail that it carries."""
    if reader.unpacked.readable().strip():
        return reader.unpacked
    for part in root.walk():
        if part.type in ("text/plain", "text/html") and part.disposition.word != "attachment":
            return reader.text_of(part)
    carried = next((part for part in root.walk() if part.type == "message/rfc822" and part.children), None)
    return _Reader(reader.defects).body(carried.children[0]) if carried else None


def _joined(bodies: Iterable[Body]) -> Body:
    """Texts that stand one after the other in a mail."""
    filled = [body for body in bodies if body.plain.strip() or body.html.strip()]
    if len(filled) <= 1:
        return filled[0] if filled else Body()
    if not any(body.html for body in filled):
        return Body(plain="\n".join(body.plain.strip("\n") for body in filled))
    html = "\n<hr>\n".join(body.html or f"<pre>{html_entities.escape(body.plain)}</pre>" for body in filled)
    return Body("\n\n".join(body.readable().strip("\n") for body in filled), html)


def _cid(part: Part) -> str:
    return part.headers.text("content-id").strip("<> ")[:250]

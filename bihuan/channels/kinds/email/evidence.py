"""What the machinery of mail says in reports and headers: delivery reports, receipts, invitations, authentication."""

import re
from collections.abc import Iterable

from bihuan.channels.kinds.email.defects import Defects
from bihuan.channels.kinds.email.headers import Headers, header_text, message_ids, split_headers
from bihuan.channels.kinds.email.mime import Part
from bihuan.channels.kinds.email.model import Authentication, DeliveryReport, Verdict

_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_VERDICTS: dict[str, Verdict] = {
    "pass": "pass",
    "fail": "fail",
    "softfail": "fail",
    "permerror": "fail",
    "hardfail": "fail",
    "reject": "fail",
}
_CALENDAR_METHODS = frozenset({"request", "reply", "cancel", "counter", "declinecounter", "refresh", "add"})
_METHOD = re.compile(rb"(?:\A|\n)METHOD:([A-Za-z]{1,20})")
_ID_IN_TEXT = re.compile(rb"(?:\A|\n)Message-ID:\s*(<[^<>\s]{1,998}>)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>@;,]{1,128}@[^\s<>@;,]{1,254}")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def read_authentication(headers: Headers, trusted_server: str | None) -> Authentication:
    """The results that the nearest server wrote; with ``trusted_server`` only that server's own."""
    for value in headers.raw_all("authentication-results"):
        text = value.decode("ascii", "replace")
        server = re.sub(r"[^a-z0-9._-].*", "", text.partition(";")[0].strip().lower(), flags=re.DOTALL)[:255]
        trusted = trusted_server is not None and server == trusted_server.lower()
        if trusted_server is None or trusted:
            found = _verdicts(text.partition(";")[2])
            return Authentication(server, found["spf"], found["dkim"], found["dmarc"], trusted)
    received = headers.plain("received-spf").split(" ", 1)[0]
    return Authentication(spf=_VERDICTS.get(received, "none")) if trusted_server is None else Authentication()


def _verdicts(text: str) -> dict[str, Verdict]:
    """Of several DKIM signatures one that passes is enough; otherwise the first result counts."""
    found: dict[str, Verdict] = {}
    for method, result in _RESULT.findall(re.sub(r"\([^()]*\)", "", text)[:20_000]):
        verdict = _VERDICTS.get(result.lower(), "none")
        if method.lower() not in found or (method.lower() == "dkim" and verdict == "pass"):
            found[method.lower()] = verdict
    return {"spf": "none", "dkim": "none", "dmarc": "none", **found}


def report_type(root: Part) -> str:
    """``delivery-status``, ``disposition-notification`` and the like; '' when the mail is no report.

    By what is declared: a report that was cut off on its way has no parts, and still nobody wrote it.
    """
    declared = root.content_type.get("report-type").lower() if root.content_type.word == "multipart/report" else ""
    if declared:
        return declared
    types = {part.type for part in root.walk()}
    if "message/delivery-status" in types or "message/global-delivery-status" in types:
        return "delivery-status"
    return "disposition-notification" if "message/disposition-notification" in types else ""


def calendar_method(root: Part) -> str:
    """The method of an invitation (``REQUEST``), an answer to one or a cancellation; '' for an attached calendar."""
    for part in root.walk():
        method = part.content_type.get("method").lower()
        if part.type != "text/calendar" or (part.disposition.word == "attachment" and not method):
            continue
        if not method and part is root:
            stated = _METHOD.search(part.payload(Defects())[:20_000])
            method = stated.group(1).decode("ascii").lower() if stated else ""
        if method in _CALENDAR_METHODS:
            return method.upper()
    return ""


def read_report(root: Part) -> DeliveryReport:
    """What a bounce tells, whether it follows the standard or is prose."""
    fields = [headers for part in root.walk() if part.type.endswith("delivery-status") for headers in _blocks(part)]
    actions = [headers.plain("action") for headers in fields if headers.has("action")]
    recipients = [
        _ADDRESS.search(headers.text(name))
        for headers in fields
        for name in ("final-recipient", "original-recipient")
        if headers.has(name)
    ]
    failed = root.headers.text("x-failed-recipients")
    status = next((headers.plain("status") for headers in fields if headers.has("status")), "")
    addresses = [match.group() for match in recipients if match] + _ADDRESS.findall(failed)
    return DeliveryReport(
        permanent=not actions or any(action == "failed" for action in actions),
        recipients=tuple(dict.fromkeys(address.lower() for address in addresses))[:50],
        status=status if _STATUS.fullmatch(status) else "",
        diagnostic=next((headers.text("diagnostic-code") for headers in fields if headers.has("diagnostic-code")), "")[
            :500
        ],
        message_ids=_returned_ids(root),
    )


def _blocks(part: Part) -> Iterable[Headers]:
    """The groups of fields in a delivery report, parted by empty lines."""
    data = part.payload(Defects())[:200_000].replace(b"\r\n", b"\n")
    for block in data.split(b"\n\n")[:200]:
        yield split_headers(block + b"\n", 0, len(block) + 1, Defects(), nested=True)[0]


def _returned_ids(root: Part) -> tuple[str, ...]:
    """The ids of the mail that came back: from its headers, or from wherever they stand in the text."""
    found: list[str] = []
    for part in root.walk():
        if part.type == "message/rfc822" and part.children:
            found += _ids(part.children[0].headers)
        elif part.type in ("text/rfc822-headers", "message/rfc822-headers"):
            data = part.payload(Defects())[:200_000]
            found += _ids(split_headers(data, 0, len(data), Defects(), nested=True)[0])
    if not found:
        for part in root.walk():
            if part.type.startswith("text/"):
                found += [
                    one.decode("ascii", "replace") for one in _ID_IN_TEXT.findall(part.payload(Defects())[:500_000])
                ]
    return tuple(dict.fromkeys(found))[:50]


def _ids(headers: Headers) -> list[str]:
    return [one for name in ("message-id", "in-reply-to", "references") for one in message_ids(headers.raw(name))]


def received_for(headers: Headers) -> tuple[str, ...]:
    """The addresses under which servers delivered the mail, in lower case."""
    found: list[str] = []
    for name in ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to"):
        for value in headers.raw_all(name)[:20]:
            found += _ADDRESS.findall(header_text(value).text.lower())
    return tuple(dict.fromkeys(found))[:50]

"""XES logs (IEEE 1849), streamed: memory holds one trace of the XML at a time."""

import re
from typing import IO, Final

from lxml import etree

from bihuan.bpmn.replay.logs.gather import Gatherer, seconds
from bihuan.bpmn.replay.logs.model import Log, LogError

_DOCTYPE: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD: Final = 65_536


def read_xes(stream: IO[bytes], head: bytes) -> Log:
    """A log; `head` is what the stream begins with, not taken out of it.

    No DTD is read, no entity resolved, nothing fetched. LogError for what is no XES.
    """
    if _DOCTYPE.search(head[:_HEAD].replace(b"\0", b"")):
        raise LogError("the file declares a DTD or entities; that is not read")
    gatherer = Gatherer()
    count = 0
    try:
        events = etree.iterparse(
            stream,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for happened, element in events:
            if happened == "start":
                _check_root(element)
            elif etree.QName(element).localname == "trace":
                count += 1
                _trace(element, str(count), gatherer)
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise LogError(f"not well-formed XML: {error}") from None
    return gatherer.done()


def _check_root(element: etree._Element) -> None:
    if element.getparent() is not None:
        return
    if element.getroottree().docinfo.doctype:
        raise LogError("the file declares a DTD; that is not read")
    if etree.QName(element).localname != "log":
        raise LogError("no XES: the outermost element is not log")


def _forget(element: etree._Element) -> None:
    element.clear()
    around = element.getparent()
    while around is not None and element.getprevious() is not None:
        del around[0]


def _trace(trace: etree._Element, number: str, gatherer: Gatherer) -> None:
    case = ""
    rows = []
    for one in trace:
        if etree.QName(one).localname == "event":
            rows.append({str(each.get("key")): str(each.get("value") or "") for each in one})
        elif one.get("key") == "concept:name":
            case = one.get("value") or ""
    case = case or number
    gatherer.log.cases.setdefault(case, [])
    for row in rows:
        _event(case, row, gatherer)


def _event(case: str, row: dict[str, str], gatherer: Gatherer) -> None:
    activity, element = row.get("concept:name", ""), row.get("element", "")
    if not activity.strip() and not element.strip():
        gatherer.log.leave_out("no activity")
        return
    at = seconds(row["time:timestamp"]) if row.get("time:timestamp") else None
    label = gatherer.label(element, activity)
    start, enabled = row.get("start_timestamp"), row.get("enabled_timestamp")
    if start or enabled:
        gatherer.work(case, label, seconds(enabled or ""), seconds(start or ""), at, row.get("org:resource", ""))
    else:
        gatherer.moment(case, label, row.get("lifecycle:transition", ""), at, row.get("org:resource", ""))

"""Logs in the formats of others, and what is refused."""

import gzip
import io
import json
from datetime import UTC, datetime

import pytest

from bihuan.bpmn.replay import Log, LogError, read_log
from tests.bpmn.building import public_data


def _read(text: str | bytes, case_type: str | None = None) -> Log:
    return read_log(io.BytesIO(text.encode() if isinstance(text, str) else text), case_type)


def _told(log: Log) -> dict[str, list[str]]:
    return {
        case: [log.labels[row.label].activity or log.labels[row.label].element for row in rows]
        for case, rows in log.cases.items()
    }


def _at(hour: int, minute: int = 0) -> float:
    return datetime(2026, 1, 5, hour, minute, tzinfo=UTC).timestamp()


OWN = """case,element,activity,resource,enabled,start,end
7,a,受理,anna,2026-01-05T08:00:00+00:00,2026-01-05T08:30:00Z,2026-01-05T17:00:00+08:00
7,b,诊断,ben,2026-01-05T09:00:00+00:00,2026-01-05T09:10:00+00:00,
8,a,受理,,,2026-01-05 08:00:00,2026-01-05 09:00:00
"""


def test_our_own_csv() -> None:
    log = _read(OWN)
    assert log.events == 3
    (row,) = log.cases["7"]
    assert log.labels[row.label] == ("a", "受理")
    assert (row.enabled, row.start, row.end, row.resource) == (_at(8), _at(8, 30), _at(9), "anna")
    (waiting,) = log.open["7"]
    assert (log.labels[waiting.label].element, waiting.start, waiting.end) == ("b", _at(9, 10), None)
    (last,) = log.cases["8"]
    assert (last.enabled, last.start, last.end) == (None, _at(8), _at(9))
    assert log.left_out == {}


@pytest.mark.parametrize(
    "text",
    [
        "case:concept:name,concept:name,time:timestamp\n1,a,2026-01-05T08:00:00\n1,b,2026-01-05T09:00:00\n",
        "Case ID;Activity;Complete Timestamp\n1;a;2026/01/05 08:00:00\n1;b;2026/01/05 09:00:00\n",
        "CaseID\tActivityID\tCompleteTimestamp\n1\ta\t1767600000\n1\tb\t1767603600000\n",
        "\ufeffcase,activity,end\r\n1,a,2026-01-05T08:00:00.000+0000\r\n1,b,2026-01-05T17:00:00+08:00\r\n",
        '"case","element","end"\n"1","a","2026-01-05"\n"1","b","2026-01-06"\n',
        '[{"case": "1", "activity": "a", "end": "2026-01-05T08:00:00Z"}, {"case": "1", "activity": "b", "end": "2026-01-05T09:00:00Z"}]',
        '{"events": [{"case": 1, "activity": "a", "timestamp": 1767600000}, {"case": 1, "activity": "b", "timestamp": 1767603600}]}',
        '{"case": "1", "activity": "a"}\n{"case": "1", "activity": "b"}\n',
        "case,activity\n1,a\n1,b\n",
    ],
)  # fmt: skip
def test_usual_names_and_shapes(text: str) -> None:
    log = _read(text)
    assert _told(log) == {"1": ["a", "b"]}
    assert log.left_out == {}
    assert _told(_read(gzip.compress(text.encode()))) == {"1": ["a", "b"]}


@pytest.mark.correctness(92)
def test_rows_are_put_in_order_of_being_done_and_ties_stay() -> None:
    rows = ["1,b,2026-01-05T09:00:00", "1,c,2026-01-05T09:00:00", "1,a,2026-01-05T08:00:00", "1,d,2026-01-05T09:00:00"]
    assert _told(_read("case,activity,end\n" + "\n".join(rows))) == {"1": ["a", "b", "c", "d"]}


@pytest.mark.correctness(92)
def test_begin_and_end_of_one_piece_of_work_come_together() -> None:
    rows = [
        "1,a,schedule,2026-01-05T07:00:00,", "1,a,start,2026-01-05T08:00:00,anna", "1,a,start,2026-01-05T08:10:00,ben",
        "1,a,suspend,2026-01-05T08:20:00,anna", "1,a,COMPLETE,2026-01-05T09:00:00,anna", "1,a,complete,2026-01-05T09:30:00,ben",
        "1,b,assign,2026-01-05T10:00:00,cy", "1,c,complete,2026-01-05T11:00:00,",
    ]  # fmt: skip
    log = _read("case:concept:name,concept:name,lifecycle:transition,time:timestamp,org:resource\n" + "\n".join(rows))
    assert [(row.enabled, row.start, row.end, row.resource) for row in log.cases["1"]] == [
        (_at(7), _at(8), _at(9), "anna"),
        (None, _at(8, 10), _at(9, 30), "ben"),
        (None, None, _at(11), ""),
    ]
    assert [(row.enabled, row.resource) for row in log.open["1"]] == [(_at(10), "cy")]
    assert log.events == 4
    assert log.left_out == {"lifecycle suspend": 1}


def test_rows_that_say_too_little_are_counted() -> None:
    text = "case,activity,end\n1,a,2026-01-05\n,b,2026-01-05\n1,,2026-01-05\n1\n1,c,yesterday\n1,d,05.01.2026\n\n"
    log = _read(text)
    assert log.left_out == {"no case": 1, "no activity": 1, "too short": 1, "a time that cannot be read": 2}
    assert _told(log) == {"1": ["a", "c", "d"]}


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" {xmlns}>
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="none"/></global>
  <trace><string key="concept:name" value="T1"/>
    <event><string key="concept:name" value="受理"/><date key="time:timestamp" value="2026-01-05T08:00:00Z"/>
      <string key="org:resource" value="anna"/><list key="x"><string key="concept:name" value="not this"/></list></event>
    <event><string key="concept:name" value="b"/><date key="time:timestamp" value="2026-01-05T09:00:00Z"/></event>
  </trace>
  <trace><event><string key="concept:name" value="b"/></event></trace>
  <trace><string key="concept:name" value="none"/></trace>
</log>"""


@pytest.mark.parametrize("xmlns", ["", 'xmlns="http://www.xes-standard.org/"'])
def test_xes(xmlns: str) -> None:
    log = _read(XES.format(xmlns=xmlns))
    assert _told(log) == {"T1": ["受理", "b"], "2": ["b"], "none": []}
    assert (log.cases["T1"][0].end, log.cases["T1"][0].resource) == (_at(8), "anna")
    assert _told(_read(gzip.compress(XES.format(xmlns=xmlns).encode()))) == _told(log)
    assert _told(_read(XES.format(xmlns=xmlns).replace("UTF-8", "UTF-16").encode("utf-16"))) == _told(log)


_LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE log [<!ENTITY l0 "ha">{_LAUGHS}]><log><trace><string key="concept:name" value="&l9;"/></trace></log>',
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]><log><trace><string key="concept:name" value="1"/></trace></log>',
        '<!DOCTYPE log SYSTEM "http://127.0.0.1:9/x.dtd"><log/>',
        "<html><body/></html>",
        "<log><trace></log>",
        "<log><trace>",
        '<log><trace><event><string key="concept:name" value="&unknown;"/></event></trace></log>',
    ],
)
def test_xml_that_is_refused(text: str) -> None:
    for each in (text.encode(), gzip.compress(text.encode()), text.encode("utf-16")):
        with pytest.raises(LogError):
            _read(each)


def test_a_hidden_declaration_is_refused_too() -> None:
    text = f'<?xml version="1.0"?>{"<!-- -->" * 20_000}<!DOCTYPE log [<!ENTITY e "x">]><log><trace/></log>'
    with pytest.raises(LogError, match="DTD"):
        _read(text)


OCEL = {
    "objectTypes": [{"name": "order", "attributes": []}, {"name": "item", "attributes": []}],
    "eventTypes": [{"name": "place", "attributes": []}],
    "objects": [
        {"id": "o1", "type": "order"}, {"id": "o2", "type": "order"},
        {"id": "i1", "type": "item"}, {"id": "i2", "type": "item"}, {"id": "i3", "type": "item"},
    ],
    "events": [
        {"id": "e1", "type": "place", "time": "2026-01-05T08:00:00Z", "attributes": [{"name": "resource", "value": "anna"}],
         "relationships": [{"objectId": "o1", "qualifier": "x"}, {"objectId": "i1", "qualifier": ""}, {"objectId": "i2", "qualifier": ""}]},
        {"id": "e3", "type": "ship", "time": "2026-01-05T10:00:00Z", "attributes": [],
         "relationships": [{"objectId": "o1", "qualifier": ""}, {"objectId": "i1", "qualifier": ""}]},
        {"id": "e2", "type": "pick", "time": "2026-01-05T09:00:00Z", "attributes": [],
         "relationships": [{"objectId": "i1", "qualifier": ""}, {"objectId": "i2", "qualifier": ""}, {"objectId": "o1", "qualifier": ""}]},
        {"id": "e4", "type": "place", "time": "2026-01-05T11:00:00Z", "attributes": [], "relationships": [{"objectId": "o2", "qualifier": ""}]},
        {"id": "e5", "type": "audit", "time": "2026-01-05T11:00:00Z", "attributes": []},
    ],
}  # fmt: skip


def test_ocel_is_seen_from_one_type_of_object() -> None:
    log = _read(json.dumps(OCEL))
    assert (log.case_type, log.case_types) == ("order", ("order", "item"))
    assert _told(log) == {"o1": ["place", "pick", "ship"], "o2": ["place"]}
    assert log.cases["o1"][0].resource == "anna"
    assert log.left_out == {"no object of the case's type": 1}
    items = _read(json.dumps(OCEL), "item")
    assert _told(items) == {"i1": ["place", "pick", "ship"], "i2": ["place", "pick"]}
    assert items.events == 5
    with pytest.raises(LogError, match="order, item"):
        _read(json.dumps(OCEL), "invoice")


def test_the_finest_type_that_events_have_one_of_is_the_case() -> None:
    document = json.loads(json.dumps(OCEL))
    document["objects"].insert(0, {"id": "s", "type": "shop"})
    document["events"].pop()
    for event in document["events"]:
        event["relationships"].append({"objectId": "s", "qualifier": ""})
    assert _read(json.dumps(document)).case_type == "order"
    document["events"].append(
        {
            "id": "e9",
            "type": "open",
            "time": "2026-01-05T07:00:00Z",
            "relationships": [{"objectId": "s", "qualifier": ""}],
        }
    )
    assert _read(json.dumps(document)).case_type == "shop"


@pytest.mark.parametrize(
    "text",
    ["", "  \n", "a,b\n1,2\n", "{", "[1, 2]", '{"events": 3}', '{"events": [], "objects": {}, "objectTypes": []}', b"\x1f\x8b\x08nonsense",
     b"case,activity\n\xff\xfe\xfa,b\n", "[" * 100_000, b"PK\x03\x04zipped", 'case,activity\n1,"a' + "x" * 1_100_000],
)  # fmt: skip
def test_what_is_no_log(text: str | bytes) -> None:
    with pytest.raises(LogError):
        _read(text)


def test_a_bomb_is_given_up() -> None:
    packed = gzip.compress(b"case,activity\n" + b"1,a\n" * 2_000_000)
    assert len(packed) < 20_000
    with pytest.raises(LogError, match="too large"):
        read_log(io.BytesIO(packed), largest=1_000_000)


def test_public_logs_are_read_whole() -> None:
    folder = public_data("logs")
    sizes = {
        "running-example.xes": (6, 42),
        "helpdesk_tax2017.csv": (3804, 13710),
        "rama_val_Helpdesk.xes.gz": (733, 3146),
        "reviewing.csv": (100, 2278),
    }
    for name, (cases, events) in sizes.items():
        with (folder / name).open("rb") as stream:
            log = read_log(stream)
        assert (len(log.cases), log.events, log.left_out) == (cases, events, {}), name

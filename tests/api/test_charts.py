"""Charts through REST: proved and drawn, bounded, refusals as problem documents."""

import json
from typing import Any

import pytest
from django.test import Client

from bihuan.accounts import operations as accounts
from bihuan.accounts.models import User
from bihuan.api import charts
from bihuan.api.limits import RateLimit
from bihuan.bpmn.verify import verify
from bihuan.core.actor import SYSTEM
from bihuan.flows.shipped import shipped
from tests.bpmn.building import flows, process
from tests.factories import NOW, company

pytestmark = pytest.mark.django_db
DEADLOCK = process(
    '<startEvent id="s"/><exclusiveGateway id="x" default="x_a"/><userTask id="a"/><userTask id="b"/>'
    '<parallelGateway id="j"/><endEvent id="e"/>' + flows("s>x", "x>a", "x>b:k", "a>j", "b>j", "j>e")
)
LONG = b'<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">%s</process></definitions>'


@pytest.fixture
def token() -> str:
    company(now=NOW)
    return accounts.create_token(user=User.objects.get(username="agent"), label="test", actor=SYSTEM, now=NOW)


def post(
    path: str, body: bytes, token: str = "", kind: str = "application/xml", **headers: str
) -> tuple[int, Any, str]:
    sent = {"Authorization": f"Bearer {token}", **headers} if token else headers
    answer = Client().generic("POST", f"/api/v1/charts/{path}", body, content_type=kind, headers=sent)
    said = answer.headers["Content-Type"]
    return answer.status_code, json.loads(answer.content) if "json" in said else answer.content.decode(), said


def test_a_chart_is_proved(token: str) -> None:
    status, answer, _ = post("verify", DEADLOCK, token)
    assert (status, answer) == (200, json.loads(json.dumps(verify(DEADLOCK).to_document())))
    assert charts.VerdictOut.model_validate(answer).model_dump() == answer
    found = next(one for one in answer["findings"] if one["kind"] == "deadlock")
    assert (found["elements"], found["severity"]) == (["j"], "error")
    status, answer, _ = post("verify", shipped()[0].path.read_bytes(), token)
    assert (status, answer["sound"], len(answer["marks"])) == (200, True, 5)


def test_what_is_not_run_is_an_answer_and_no_refusal(token: str) -> None:
    status, answer, _ = post("verify", LONG % b'<complexGateway id="c"/>', token)
    assert (status, answer["decided"], answer["findings"][0]["kind"]) == (200, False, "unsupported_element")


def test_a_chart_is_drawn(token: str) -> None:
    status, picture, kind = post("draw", DEADLOCK, token)
    assert (status, kind, picture[:4]) == (200, "image/svg+xml; charset=utf-8", "<svg")
    status, flowchart, _ = post("draw?skin=gbt1526", DEADLOCK, token)
    assert status == 200
    assert flowchart != picture
    status, answer, kind = post("draw?skin=none", DEADLOCK, token)
    assert (status, answer["code"], kind) == (422, "fields_not_valid", "application/problem+json")


@pytest.mark.parametrize("path", ["verify", "draw"])
def test_refusals(path: str, token: str) -> None:
    status, answer, kind = post(path, DEADLOCK)
    assert (status, answer["code"], kind) == (401, "not_signed_in", "application/problem+json")
    status, answer, _ = post(path, b"{}", token, kind="application/json")
    assert (status, answer["code"]) == (415, "media_type_not_supported")
    status, answer, _ = post(path, b"<definitions", token, **{"Accept-Language": "en"})
    assert (status, answer["code"]) == (422, "chart_not_readable")
    assert answer["detail"].startswith("The chart cannot be read: not well-formed XML")
    assert answer["errors"][0]["code"] == "syntax"
    status, answer, _ = post(path, b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', token, **{"Accept-Language": "zh-hans"})
    assert (status, answer["detail"][:8]) == (422, "流程图无法读取：")
    status, answer, _ = post(path, b" " * (1024 * 1024 + 1), token)
    assert (status, answer["code"]) == (413, "body_too_large")
    many = LONG % b"".join(b'<task id="t%d"/>' % at for at in range(2001))
    status, answer, _ = post(path, many, token)
    assert (status, answer["code"]) == (422, "chart_too_large")


def test_a_large_chart_without_diagram_is_not_laid_out(token: str) -> None:
    many = LONG % b"".join(b'<task id="t%d"/>' % at for at in range(201))
    assert post("draw", many, token)[1]["code"] == "chart_too_large"
    assert post("verify", many, token)[0] == 200
    shape = b'<d:BPMNShape xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="nobody"/></definitions>'
    assert post("draw", many.replace(b"</definitions>", shape), token)[1]["code"] == "chart_too_large"


def test_nothing_to_draw(token: str) -> None:
    status, answer, _ = post("draw", LONG % b"", token)
    assert (status, answer["code"]) == (422, "chart_not_drawn")


def test_many_charts_at_once_have_to_wait(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "_work", RateLimit(rate=0.01, burst=2))
    assert [post("verify", DEADLOCK, token)[0] for _ in range(3)] == [200, 200, 429]

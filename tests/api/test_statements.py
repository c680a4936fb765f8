"""What an intake and a step cost over REST: their statements are counted, so that none creeps in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.clock import system_now
from tests.api.test_story import INTAKE, Caller
from tests.factories import company
from tests.issues.test_story import DATA

pytestmark = pytest.mark.django_db


def statements(sent: CaptureQueriesContext) -> list[str]:
    """Without the blocks of keys, which come once in fifty rows."""
    return [each["sql"][:100] for each in sent.captured_queries if "nextval(pg_get_serial_sequence" not in each["sql"]]


def test_an_intake_and_a_step_over_rest() -> None:
    company(now=system_now())
    agent = Caller("agent")
    agent.call("POST", f"/steps/{agent.call('POST', '/issues', INTAKE)[1]['steps'][0]['id']}/claim")
    with CaptureQueriesContext(connection) as intake:
        status, made = agent.call("POST", "/issues", INTAKE)
    assert status == 201 and len(statements(intake)) <= 10, statements(intake)
    step = made["steps"][0]
    with CaptureQueriesContext(connection) as claim:
        assert agent.call("POST", f"/steps/{step['id']}/claim")[0] == 200
    assert len(statements(claim)) <= 11, statements(claim)
    with CaptureQueriesContext(connection) as complete:
        body = {"outcome": "to_classify", "data": DATA["register"]}
        assert agent.call("POST", f"/steps/{step['id']}/complete", body)[0] == 200
    assert len(statements(complete)) <= 15, statements(complete)

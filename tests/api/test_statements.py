"""What an intake and a step cost over REST: their statements are counted, so that none creeps in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.clock import system_now
from tests.api.test_story import INTAKE, Caller
from tests.factories import company
from tests.issues.test_story import DATA

pytestmark = pytest.mark.django_db


def count(sent: CaptureQueriesContext) -> int:
    """Without what comes once a connection, or once in fifty rows."""
    once = ("nextval(pg_get_serial_sequence", "PREPARE ")
    return len([each for each in sent.captured_queries if not any(word in each["sql"] for word in once)])


def one_round(agent: Caller) -> tuple[int, int, int]:
    with CaptureQueriesContext(connection) as intake:
        status, made = agent.call("POST", "/issues", INTAKE)
    assert status == 201
    step = made["steps"][0]
    with CaptureQueriesContext(connection) as claim:
        assert agent.call("POST", f"/steps/{step['id']}/claim")[0] == 200
    with CaptureQueriesContext(connection) as complete:
        body = {"outcome": "to_classify", "data": DATA["register"]}
        assert agent.call("POST", f"/steps/{step['id']}/complete", body)[0] == 200
    return count(intake), count(claim), count(complete)


def test_an_intake_and_a_step_over_rest() -> None:
    company(now=system_now())
    agent = Caller("agent")
    rounds = [one_round(agent) for _ in range(4)]  # the first reads settings; new keys cut a message in two
    intake, claim, complete = (min(each) for each in zip(*rounds, strict=True))
    assert intake <= 7 and claim <= 6 and complete <= 9, rounds

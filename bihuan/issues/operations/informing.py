"""The step that tells the customer the result also does tell: its text goes out the way that the step names."""

from bihuan.core.actor import SYSTEM
from bihuan.issues.operations.work import at_work, entry_by
from bihuan.issues.registry import StepDone

GROUP = "inform"
"""The group of a form in which somebody writes what the customer is told, and by which way."""
CODE = "inform"
_BY_MAIL = "email"


def tell_result(done: StepDone) -> None:
    """After a step with the group ``inform``: by mail the text goes to the outbox; told by telephone or text message it
    is noted for the customer's page, and the request to confirm goes out by itself.

    The entry's ``params`` name the round, by which the rating link is found while the message is sent.
    """
    text = str(done.data.get("informed_text") or "").strip()
    if GROUP not in done.groups or not text:
        return
    way = str(done.data.get("informed_way") or "")
    params = {"round": done.issue.answers + 1}
    with at_work(done.issue, now=done.now) as work:
        told = entry_by(
            done.actor,
            issue=work.issue,
            public=True,
            text=text,
            code=CODE,
            params=params,
            at=done.now,
            channel=way[:16],
        )
        work.index(text)
        if way == _BY_MAIL:
            told.kind = "reply"
            work.send(told)
            return
        told.kind = "call"
        work.write(told)
        work.send(
            entry_by(SYSTEM, issue=work.issue, kind="auto", public=True, code="survey", params=params, at=done.now),
            automatic=True,
        )

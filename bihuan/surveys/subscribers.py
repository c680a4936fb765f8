"""Completed steps that surveys keep something of."""

from bihuan.issues.registry import StepDone
from bihuan.surveys.operations import SCORES, record_callback


def keep_callback(done: StepDone) -> None:
    """The call-back's scores become a response; an unanswered call leaves none."""
    if done.node != "callback" or not (done.data.get("confirmed") or any(done.data.get(name) for name in SCORES)):
        return
    scores = {name: value for name in SCORES if isinstance(value := done.data.get(name), int)}
    record_callback(
        issue=done.issue,
        confirmed=done.data.get("satisfied") is not False,
        scores=scores,
        comment=str(done.data.get("comment") or ""),
        actor=done.actor,
        now=done.now,
    )

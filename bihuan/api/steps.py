"""Steps: claim and complete."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from bihuan.api import shapes
from bihuan.api.issues import caller
from bihuan.api.problems import language_of
from bihuan.api.schemas import StepDone, StepIn, StepOut
from bihuan.core.actor import SYSTEM
from bihuan.core.clock import system_now
from bihuan.core.stamps import operation
from bihuan.flows import queries as flows
from bihuan.issues import operations, queries

router = Router(tags=["steps"])


@router.post("/{int:step_id}/claim", response=StepOut, summary="Take a step")
def claim(request: HttpRequest, step_id: int) -> HttpResponse:
    """The caller becomes the step's holder."""
    actor = caller(request)
    taken = operations.claim_step(work_item_id=step_id, actor=actor, now=system_now())
    return shapes.answer(shapes.step(taken, taken.instance, language_of(request)))


@router.post("/{int:step_id}/complete", response=StepDone, summary="Complete a step")
def complete(request: HttpRequest, step_id: int, body: StepIn) -> HttpResponse:
    """Hands in the form's data and, where the step ends in a choice, the arrow to take."""
    actor, language = caller(request), language_of(request)
    with operation():
        result = operations.complete_step(
            work_item_id=step_id, outcome=body.outcome, data=body.data, actor=actor, now=system_now()
        )
        # The caller may have passed it on and see it no more.
        issue = queries.issue_of_instance(actor=SYSTEM, instance_id=result.instance.pk)
        steps = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    return shapes.answer(
        {
            "issue": issue.pk,
            "number": issue.number,
            "status": issue.status,
            "ended": result.ended,
            "steps": [shapes.step(item, result.instance, language) for item in steps],
        }
    )

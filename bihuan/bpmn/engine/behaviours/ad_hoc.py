"""Ad-hoc sub-processes: everything in it that no arrow leads to begins at once; a condition says when it is over.

An activity can be begun again at any time (`commands.BeginActivity`).
"""

from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.engine.scopes import cancel_inside
from bihuan.bpmn.model import AdHoc, Node

UNFINISHED = "ad_hoc_unfinished"
"""Code of the incident: nothing is left in it, and its condition does not hold."""
OVER = "over"
"""Detail of a move `done`: the condition has held, it is not asked again."""


def is_over_behind(run: Run, around: Act) -> bool:
    """An activity in it is done: whether that ended the sub-process, with everything still open in it."""
    ad_hoc = _of(run, around)
    if ad_hoc is None or not ad_hoc.cancels or not _holds(run, ad_hoc, around):
        return False
    cancel_inside(run, around["id"])
    run.agenda.append(("done", around["id"], "", OVER))
    return True


def check_finished(run: Run, act: Act) -> None:
    """Nothing is left in `act`; Stuck if its condition says that more has to be done."""
    ad_hoc = _of(run, act)
    if ad_hoc is not None and not _holds(run, ad_hoc, act):
        raise Stuck(UNFINISHED, f"nothing is left in {act['node']}, but its completion condition does not hold")


def begin_again(run: Run, act: Act, node: Node) -> None:
    """A token begins at `node` in the ad-hoc sub-process `act`."""
    for incident in [one for one in run.state.incidents.values() if one["scope"] == act["id"]]:
        if incident["code"] == UNFINISHED:
            run.clear_incident(incident["id"])
    run.agenda.append(("begin", act["id"], node.id, None))


def _of(run: Run, act: Act) -> AdHoc | None:
    found = None if "mi" in act or "comp" in act else run.nodes[act["node"]].ad_hoc
    return found if found is not None and found.completion is not None else None


def _holds(run: Run, ad_hoc: AdHoc, act: Act) -> bool:
    return ad_hoc.completion is None or ad_hoc.completion.test(run.lookup(act["id"]))

"""What each kind of element does when a token comes to it: one module an element kind.

`ENTER[kind](run, node, scope, by, detail)`: a token of `scope` comes to `node` along the flow `by` (None: it begins
there). `detail` is the index of a multi-instance's instance (then `scope` is its body), or at a gateway the flow that a
person chose.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from bihuan.bpmn.engine.behaviours import (
    business_rule,
    call,
    catch,
    end,
    event_based,
    exclusive,
    inclusive,
    parallel,
    passing,
    receive,
    script,
    service,
    start,
    sub_process,
    throw,
    user_task,
)
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node

Enter: TypeAlias = Callable[[Run, Node, int, str | None, int | str | None], None]

ENTER: Final[dict[str, Enter]] = {
    "task": passing.enter,
    "manualTask": passing.enter,
    "userTask": user_task.enter,
    "serviceTask": service.enter,
    "sendTask": service.enter,
    "scriptTask": script.enter,
    "businessRuleTask": business_rule.enter,
    "receiveTask": receive.enter,
    "callActivity": call.enter,
    "subProcess": sub_process.enter,
    "transaction": sub_process.enter,
    "adHocSubProcess": sub_process.enter,
    "exclusiveGateway": exclusive.enter,
    "parallelGateway": parallel.enter,
    "inclusiveGateway": inclusive.enter,
    "eventBasedGateway": event_based.enter,
    "startEvent": start.enter,
    "intermediateCatchEvent": catch.enter,
    "intermediateThrowEvent": throw.enter,
    "endEvent": end.enter,
}

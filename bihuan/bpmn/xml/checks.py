"""What the schema allows and the engine does not run, said by name and place."""

from bihuan.bpmn.model import Node
from bihuan.bpmn.xml.container import Draft
from bihuan.bpmn.xml.link import arrows, sources
from bihuan.bpmn.xml.reading import Reading
from bihuan.bpmn.xml.vocabulary import ACTIVITIES, SUB_PROCESSES, flag


def check(reading: Reading, draft: Draft) -> None:
    """Notes every structural problem of `draft`."""
    for node in draft.nodes.values():
        _check_event(reading, draft, node)
        _check_gateway(reading, draft, node)
        _check_event_sub(reading, draft, node)
    _check_crossing(reading, draft)


def _no(reading: Reading, draft: Draft, node: Node, zh: str, en: str) -> None:
    reading.refuse(draft.elements[node.id], "structure", zh, en)


def _check_event(reading: Reading, draft: Draft, node: Node) -> None:
    if node.kind in ("startEvent", "boundaryEvent") and node.incoming:
        _no(reading, draft, node, "不能有连线进入该事件", "no arrow may lead to this event")
    if node.kind == "endEvent" and node.outgoing:
        _no(reading, draft, node, "结束事件不能有出线", "no arrow may leave an end event")
    if node.trigger == "link" and node.kind == "intermediateThrowEvent" and node.partner is None:
        _no(reading, draft, node, "没有同名的链接捕获事件", "no link catch event of this name in the same scope")
    if node.kind == "boundaryEvent":
        _check_boundary(reading, draft, node)
    if node.kind == "endEvent" and node.trigger == "cancel":
        _check_cancel_end(reading, draft, node)


def _check_boundary(reading: Reading, draft: Draft, node: Node) -> None:
    host = draft.nodes.get(node.attached_to or "")
    if host is None:
        return
    if host.kind not in ACTIVITIES or host.event_sub:
        _no(reading, draft, node, "边界事件只能附着在活动上", "a boundary event is attached to an activity")
    if node.trigger == "cancel" and host.kind != "transaction":
        _no(reading, draft, node, "取消边界事件只能附着在事务上", "a cancel boundary event belongs on a transaction")
    if node.trigger == "compensation" and node.partner is None:
        _no(reading, draft, node, "补偿边界事件没有关联补偿活动", "the compensation event has no activity that undoes")
    if node.trigger in ("error", "cancel") and not node.interrupting:
        _no(reading, draft, node, "错误和取消事件必须是中断型", "error and cancel events always interrupt")


def _check_cancel_end(reading: Reading, draft: Draft, node: Node) -> None:
    here = node.parent
    while here is not None and draft.nodes[here].kind != "transaction":
        here = draft.nodes[here].parent
    if here is None:
        _no(reading, draft, node, "取消结束事件只能在事务中", "a cancel end event belongs in a transaction")
    elif all(draft.nodes[event].trigger != "cancel" for event in draft.nodes[here].boundary):
        _no(reading, draft, draft.nodes[here], "事务没有取消边界事件", "the transaction has no cancel boundary event")


def _check_gateway(reading: Reading, draft: Draft, node: Node) -> None:
    if node.ext.choice:
        _check_choice(reading, draft, node)
    if node.kind == "eventBasedGateway":
        _check_event_based(reading, draft, node)


def _check_event_based(reading: Reading, draft: Draft, node: Node) -> None:
    element = draft.elements[node.id]
    if flag(element, "instantiate", default=False):
        if node.incoming or node.parent is not None or not node.outgoing:
            _no(
                reading,
                draft,
                node,
                "启动流程的事件网关只能在流程顶层,没有入线,后面有事件",
                "an event-based gateway that begins the process stands on top, without arrow in, with events behind",
            )
    elif element.get("eventGatewayType") == "Parallel":
        reading.unsupported(element, "eventBasedGateway eventGatewayType=Parallel")
    for flow in arrows(draft, node.outgoing):
        target = draft.nodes[flow.target]
        waits = target.kind == "intermediateCatchEvent" and target.trigger != "link"
        if not (waits or (target.kind == "receiveTask" and target.message and not target.boundary)):
            _no(reading, draft, target, "事件网关后面只能是等待事件", "an event-based gateway leads to events only")
        elif len(target.incoming) > 1:
            _no(reading, draft, target, "事件网关后的事件只能有一条入线", "such an event has one arrow in")


def _check_choice(reading: Reading, draft: Draft, gateway: Node) -> None:
    if gateway.kind != "exclusiveGateway":
        _no(reading, draft, gateway, "只有排他网关可由人选择", "only an exclusive gateway can be a person's choice")
    before = sources(draft, gateway)
    fits = all(one.kind == "userTask" and len(one.outgoing) == 1 and one.loop is None for one in before)
    if not before or not fits:
        _no(
            reading,
            draft,
            gateway,
            "由人选择的网关前必须是只有一条出线、不多次执行的人工任务",
            "a person's choice must follow user tasks with one arrow out and no loop",
        )
    if not gateway.outgoing:
        _no(reading, draft, gateway, "由人选择的网关没有出线", "a person's choice has no arrow out")


def _check_event_sub(reading: Reading, draft: Draft, node: Node) -> None:
    if node.kind not in SUB_PROCESSES:
        return
    starts = [one for one in draft.nodes.values() if one.parent == node.id and one.kind == "startEvent"]
    if node.event_sub:
        if len(starts) != 1:
            _no(reading, draft, node, "事件子流程须有且只有一个开始事件", "an event sub-process has one start event")
        if any(one.trigger == "error" and not one.interrupting for one in starts):
            _no(reading, draft, node, "错误事件子流程必须是中断型", "an error event sub-process always interrupts")
        if node.incoming or node.outgoing or node.boundary or node.loop:
            _no(
                reading,
                draft,
                node,
                "事件子流程不能有连线、边界事件或循环",
                "an event sub-process has no arrows, boundary events or loops",
            )
    elif len(starts) > 1:
        _no(reading, draft, node, "子流程只能有一个开始事件", "a sub-process has at most one start event")
    if node.kind == "adHocSubProcess":
        _check_ad_hoc(reading, draft, node)


def _check_ad_hoc(reading: Reading, draft: Draft, node: Node) -> None:
    if node.event_sub:
        _no(reading, draft, node, "临时子流程不能由事件触发", "an ad-hoc sub-process is not triggered by an event")
    inside = [one for one in draft.nodes.values() if one.parent == node.id]
    for one in inside:
        if one.kind in ("startEvent", "endEvent"):
            _no(reading, draft, one, "临时子流程内没有开始和结束事件", "no start or end event in an ad-hoc sub-process")
    if not any(one.kind in ACTIVITIES for one in inside):
        _no(reading, draft, node, "临时子流程内没有活动", "an ad-hoc sub-process has an activity in it")


def _check_crossing(reading: Reading, draft: Draft) -> None:
    for flow in draft.flows.values():
        source, target = draft.nodes.get(flow.source), draft.nodes.get(flow.target)
        if source is None or target is None or source.parent == target.parent:
            continue
        reading.refuse(
            draft.elements[flow.id],
            "structure",
            "连线不能穿过子流程的边界",
            "an arrow may not cross the border of a sub-process",
        )

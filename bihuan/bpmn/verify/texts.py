"""What is said about each kind, in plain words."""

from collections.abc import Mapping
from typing import Final

from bihuan.bpmn.model import Text

MESSAGES: Final[Mapping[str, tuple[Text, Text]]] = {
    "deadlock": (
        Text(
            "流程会卡死：{names} 一直在等永远不会到的分支。",
            "The flow gets stuck: {names} waits for a branch that never comes.",
        ),
        Text(
            "让汇合方式与分开方式一致（排他分开用排他汇合，并行分开用并行汇合），或给缺的分支补上一条路。",
            "Join the way you split (exclusive with exclusive, parallel with parallel), or give the missing branch a way there.",
        ),
    ),
    "improper_completion": (
        Text(
            "已经走到结束，{names} 还有没办完的分支：对客户说办完了，里面还挂着。",
            "An end has been reached while {names} still waits: the customer is told it is done, and something is left.",
        ),
        Text("把分支汇合之后再结束。", "Join the branches before the end."),
    ),
    "lack_of_synchronisation": (
        Text(
            "同时进行的分支没有汇合就走到一起：从 {names} 起后面的步骤会重复办理。",
            "Parallel branches flow together without a join: what follows {names} is done more than once.",
        ),
        Text(
            "在 {names} 之前用并行（或包容）网关汇合。",
            "Join them with a parallel (or inclusive) gateway before {names}.",
        ),
    ),
    "unbounded": (
        Text(
            "每绕一圈，{names} 就多出一份没办完的工作，越积越多。",
            "Each round, {names} leaves one more piece of open work; it grows without end.",
        ),
        Text(
            "把多出来的分支在回头之前汇合，或改成不再流回主线。",
            "Join the extra branch before the way back, or let it not flow back into the main line.",
        ),
    ),
    "dead_element": (
        Text("永远走不到：{names}。", "Never reached in any run: {names}."),
        Text(
            "连上它，或删掉它；如果它在卡死处之后，先解决卡死。",
            "Connect it or remove it; if it lies behind a dead end, mend that first.",
        ),
    ),
    "no_path_to_end": (
        Text("走到 {names} 就没有下一步了，它也不是结束。", "Behind {names} nothing follows, and it is no end."),
        Text("给它画一条出线，或改成结束事件。", "Draw an arrow out of it, or make it an end event."),
    ),
    "loop_without_exit": (
        Text("进了这一圈就出不来：{names}。", "Once in this loop there is no way out: {names}."),
        Text("画一条离开这一圈、通向结束的线。", "Draw an arrow that leaves the loop towards an end."),
    ),
    "livelock": (
        Text(
            "会一直绕圈：{names}；图上有出口，但主线出不去。",
            "It goes round for ever: {names}; there is a way out on paper, but the main line cannot take it.",
        ),
        Text(
            "让主线自己能够离开这一圈，例如改成中断型事件。",
            "Let the main line itself leave the loop, e.g. by an interrupting event.",
        ),
    ),
    "exclusive_gap": (
        Text(
            "{names} 没有默认出口：条件都不满足时没有路可走。",
            "{names} has no default: when no condition holds there is no way on.",
        ),
        Text("选一条出线作默认。", "Make one of the arrows the default."),
    ),
    "no_role": (
        Text("{names} 没有责任角色。", "Nobody is responsible for {names}."),
        Text("把它放进有名称的泳道，或写明角色。", "Put it in a named lane, or name a role."),
    ),
    "rescued_only_by_timer": (
        Text(
            "{names} 可能停住，只有等到期或外来事件才能解开。",
            "{names} may get stuck, and only a timer or an outside event frees it.",
        ),
        Text("先在图上消除停住的原因，不要靠到期来救。", "Mend the cause in the drawing; do not rely on the timer."),
    ),
    "not_decided": (
        Text("状态太多，没有看完：{names}。", "There are too many states; not all were looked at: {names}."),
        Text(
            "把图拆成子流程，或减少同时进行的分支。",
            "Split the chart into sub-processes, or have fewer parallel branches.",
        ),
    ),
    "condition_overlap": (
        Text(
            "{names} 有两个条件会同时满足（{one} 与 {two}，例如 {example}），走哪条只看画的先后。",
            "At {names} two conditions can hold at once ({one} and {two}, e.g. {example}); only their order decides.",
        ),
        Text("把条件写成互不重叠的。", "Write conditions that exclude each other."),
    ),
    "syntax": (
        Text("{names} 之后有一个条件读不懂。", "A condition behind {names} cannot be read."),
        Text("按本系统的表达式改写它。", "Write it in the expressions of this system."),
    ),
    "undeclared_name": (
        Text(
            "用到了没有声明的名称 {name}：运行到这里会停住。",
            "The name {name} is used but not declared: a run stops here.",
        ),
        Text("在流程里声明它，或改正拼写。", "Declare it in the process, or correct the spelling."),
    ),
    "no_deadline": (
        Text("{names} 没有时限。", "{names} has no deadline."),
        Text("写明多长时间、按什么日历、到期找谁。", "Say how long, by which calendar, and who is told."),
    ),
    "deadline_without_calendar": (
        Text(
            "{names} 的时限没有说明按工作时间还是自然时间。",
            "The deadline of {names} does not say whether it counts working time.",
        ),
        Text(
            "写明日历：default 为工作时间，24x7 为自然时间。",
            "Name a calendar: default for working time, 24x7 for clock time.",
        ),
    ),
    "approval_skippable": (
        Text(
            "不经过审批也能走到审批之后：{names}。", "What lies behind the approval can be reached without it: {names}."
        ),
        Text(
            "让每条路都经过审批，或写明哪些情况不用审批。",
            "Lead every way through the approval, or say when none is needed.",
        ),
    ),
    "no_receiver": (
        Text("{names} 没有说明发给谁。", "{names} does not say who receives it."),
        Text("写明消息或要执行的操作。", "Name the message, or the operation that sends it."),
    ),
    "no_criterion_text": (
        Text("{names} 没有用文字写明判断依据。", "{names} does not say in words how to decide."),
        Text("用一句话写出：什么情况走哪条。", "Write one sentence: in which case which way."),
    ),
    "unbounded_loop": (
        Text("可以一直绕下去，没有次数限制：{names}。", "This can go round without limit: {names}."),
        Text(
            "在回头的线上写次数条件（如 times.步骤 < 3），并给超过之后的去处。",
            "Bound the way back (e.g. times.STEP < 3) and say what follows.",
        ),
    ),
    "name_too_long": (
        Text("{names} 名称过长（超过 {limit} 个字）。", "The name {names} is too long (more than {limit} characters)."),
        Text("名称只写做什么，细节写到操作方法里。", "Let the name say what is done; details belong in the method."),
    ),
    "similar_steps": (
        Text("{names} 很像，可能可以合并。", "{names} look alike and might be one step."),
        Text("合并，或把名称写得分得清。", "Merge them, or name them apart."),
    ),
}

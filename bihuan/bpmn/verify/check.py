"""`verify`: the way in."""

from bihuan.bpmn.model import Chart, Text
from bihuan.bpmn.problems import ChartRefused, Problem
from bihuan.bpmn.verify.advice import advice
from bihuan.bpmn.verify.behaviour import Played, gaps, has_roles, play, without_role
from bihuan.bpmn.verify.explore import LIMIT, Budget
from bihuan.bpmn.verify.findings import Writer, behaviour_findings
from bihuan.bpmn.verify.marks import marks
from bihuan.bpmn.verify.reading import Source, read
from bihuan.bpmn.verify.report import Finding, Report, merged
from bihuan.bpmn.verify.scopes import Plan


def verify(chart: Chart | bytes, *, limit: int = LIMIT) -> Report:
    """Judges every process of a BPMN file. `limit`: states looked at for each before the answer is "not decided".

    A file that is XML but holds what we do not run gives a report of findings `unsupported_element` and `syntax`, not
    decided. Raises ChartRefused when it is no XML at all.
    """
    source = chart if isinstance(chart, bytes) else chart.source
    try:
        sources = read(source)
    except ChartRefused as refused:
        if all(one.kind == "syntax" for one in refused.problems):
            raise
        return Report(None, None, False, 0, tuple(_refusal(one) for one in refused.problems))
    return merged([_judge(one, limit) for one in sources])


def _judge(source: Source, limit: int) -> Report:
    plan = Plan(source.chart)
    budget = Budget(limit)
    played = play(plan, budget)
    writer = Writer(plan)
    found = behaviour_findings(writer, played)
    form = _form(plan, source, writer, played)
    behaviour = played.sound
    sound = False if any(one.severity == "error" for one in form) else behaviour
    if not played.decided:
        found.append(writer.finding("not_decided", "warning", (source.chart.process_id,), None))
    found += form + advice(writer, source)
    marked = marks(source.chart, found) if source.ours else ()
    return Report(sound, behaviour, played.decided or sound is False, budget.used, tuple(found), marked)


def _form(plan: Plan, source: Source, writer: Writer, played: Played) -> list[Finding]:
    """What is wrong with the drawing itself: of a chart without any roles only as a warning."""
    strict = source.ours or has_roles(plan, source.owned)
    way = played.modules.way_to
    found = [writer.finding("exclusive_gap", "error" if strict else "warning", (key,), way(key)) for key in gaps(plan)]
    if strict:
        found += [writer.finding("no_role", "error", (key,), way(key)) for key in without_role(plan, source.owned)]
    return found


def _refusal(problem: Problem) -> Finding:
    kind = problem.kind if problem.kind == "unsupported_element" else "syntax"
    elements = (problem.element,) if problem.element else ()
    suggestion = (
        Text("换成引擎能执行的元素，或去掉它。", "Use an element that the engine runs, or remove it.")
        if kind == "unsupported_element"
        else Text("按提示改正文件。", "Mend the file as said.")
    )
    return Finding(kind, "error", elements, None, Text(problem.message_zh, problem.message_en), suggestion)

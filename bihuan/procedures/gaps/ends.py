"""How a procedure ends: whether anybody asks the customer, what follows if he is not content, loops (G3, G10)."""

import re
from collections.abc import Iterator, Sequence

from bihuan.bpmn.model import Text
from bihuan.procedures.gaps.model import Gap
from bihuan.procedures.model import Cleaned
from bihuan.procedures.understanding.model import Procedure, Step

_ASKS = re.compile(r"回访|评价|客户反馈$|客户确认|反馈确认|满意度(?!调查)")
# Flows that do nothing but ask.
_ONLY_ASKS = re.compile(r"回访|调查")
_NOT_CONTENT = re.compile(r"(?<!非常)不满意(?!度|=|\s*=)|未解决|仍未|不满|不接受|未得到解决|不认可")
_PROMISES = re.compile(r"满意")


def end_gaps(cleaned: Cleaned, procedure: Procedure, draft: int, ids: Sequence[str]) -> Iterator[Gap]:
    """Call-backs without a consequence, ends that nobody checks, loops without a bound."""
    asks = [(at, step) for at, step in enumerate(procedure.steps) if _asks(step)]
    conditions = [*(one for step in procedure.steps for one in step.conditions), *procedure.loops]
    answered = any(_NOT_CONTENT.search(f"{one.test}") for one in conditions)
    if asks and not answered and not _ONLY_ASKS.search(procedure.title):
        at, step = asks[-1]
        here = (ids[at],) if at < len(ids) else ()
        zh = f"“{step.name}”之后，客户不满意或问题没有解决时怎么办，原文没有说。"
        en = f"Nothing is said of what follows “{step.name}” if the customer is not content or the problem is not solved."
        yield Gap("no_way_if_dissatisfied", draft, here, step.span, Text(zh, en))
        last = procedure.steps[-1]
        zh = f"流程走到“{last.name}”就结束，不管“{step.name}”的结果如何：没有说问题解决并且客户满意才算结束。"
        en = f"The flow ends with “{last.name}” whatever “{step.name}” brought: it need not be solved, nor the customer content."
        yield Gap("end_without_check", draft, ("end",), last.span, Text(zh, en))
    for one in conditions:
        if one.kind == "again" and one.most is None:
            zh = f"“{one.then}”没有次数上限，可能没完没了。"
            en = f"“{one.then}” has no bound: it may go on for ever."
            yield Gap("loop_without_bound", draft, (), one.span, Text(zh, en))
    if procedure.ends is not None and _PROMISES.search(procedure.ends.text) and not asks:
        zh = f"说好“{procedure.ends.text}”才结束，但没有一步询问客户。"
        en = f"It is to end only when “{procedure.ends.text}”, but no step asks the customer."
        yield Gap("end_without_check", draft, ("end",), procedure.ends.span, Text(zh, en))


def _asks(step: Step) -> bool:
    return bool(_ASKS.search(step.name))

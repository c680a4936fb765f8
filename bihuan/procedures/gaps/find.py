"""All gaps of a text and of the charts drafted from it."""

from collections.abc import Iterator, Sequence
from typing import Final

from bihuan.bpmn.sketch import write_sketch
from bihuan.bpmn.verify import verify
from bihuan.procedures.drafting.model import Draft
from bihuan.procedures.gaps.ends import end_gaps
from bihuan.procedures.gaps.limits import limit_gaps
from bihuan.procedures.gaps.missing import missing_ways
from bihuan.procedures.gaps.model import Gap
from bihuan.procedures.gaps.whole import whole_gaps
from bihuan.procedures.understanding.model import Understood

_STATES: Final = 20_000


def gaps(understood: Understood, drafts: Sequence[Draft]) -> tuple[Gap, ...]:
    """What the text leaves open: found in its words, and by the verifier in the charts. `drafts` as `draft` gave them."""
    found = list(whole_gaps(understood))
    for at, (procedure, draft) in enumerate(zip(understood.procedures, drafts, strict=True)):
        ids = _ids(draft, len(procedure.steps))
        found += limit_gaps(procedure, at, ids)
        found += missing_ways(understood.cleaned, procedure, at, ids)
        found += end_gaps(understood.cleaned, procedure, at, ids)
        found += _in_chart(draft, at)
    return tuple(found)


def _ids(draft: Draft, count: int) -> list[str]:
    """The task that stands for each step: of two ways of one step the first."""
    known = {one.id for one in draft.sketch.nodes}
    keys = [f"step_{at}" for at in range(1, count + 1)]
    return [key if key in known else f"{key}_a" for key in keys if key in known or f"{key}_a" in known]


def _in_chart(draft: Draft, at: int) -> Iterator[Gap]:
    for one in verify(write_sketch(draft.sketch), limit=_STATES).findings:
        yield Gap(f"chart:{one.kind}", at, one.elements, None, one.message)

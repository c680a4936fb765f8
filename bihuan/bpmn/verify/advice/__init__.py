"""What is worth a second look although the chart may be sound."""

from collections.abc import Callable
from typing import Final

from bihuan.bpmn.verify.advice import conditions, routes, steps
from bihuan.bpmn.verify.findings import Writer
from bihuan.bpmn.verify.reading import Source
from bihuan.bpmn.verify.report import Finding

_ALWAYS: Final[tuple[Callable[[Writer, Source], list[Finding]], ...]] = (
    conditions.overlaps,
    routes.endless_loops,
    steps.long_names,
    steps.similar,
)
_OWN: Final[tuple[Callable[[Writer, Source], list[Finding]], ...]] = (
    conditions.unread,
    conditions.undeclared,
    routes.skipped_approvals,
    steps.without_deadline,
    steps.without_calendar,
    steps.without_receiver,
    steps.without_criterion,
)


def advice(writer: Writer, source: Source) -> list[Finding]:
    """The findings. What only our own words can say is not asked of charts that do not use them."""
    rules = _ALWAYS + (_OWN if source.ours else ())
    return [finding for rule in rules for finding in rule(writer, source)]

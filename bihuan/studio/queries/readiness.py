"""What a draft still needs before it can be published."""

from dataclasses import dataclass
from typing import Final

from bihuan.bpmn import ChartRefused, Problem
from bihuan.bpmn.verify import Finding, verify
from bihuan.bpmn.xml.vocabulary import ACTIVITIES
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.flows import queries as flows
from bihuan.flows.charts import compile_package
from bihuan.flows.operations import Package
from bihuan.studio import permissions
from bihuan.studio.models import Draft, Review, ReviewState

# Sound for an engine, useless for people.
_EMPTY: Final = Problem("", 0, "structure", "图上还没有步骤", "there is no step in the chart yet")


def package_of(draft: Draft) -> Package:
    """What would be published."""
    return Package(
        key=draft.key,
        name=draft.name,
        name_en=draft.name_en,
        template=draft.template,
        chart=bytes(draft.chart),
        forms=draft.forms,
        decisions=draft.decisions,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """``problems``: why it does not load; ``errors`` and ``warnings``: what the verifier says; ``review``: the newest
    round; ``signed``: all its reviewers have signed exactly this content; ``overtaken``: the number of the version that
    was published since the draft began (0: none)."""

    content_hash: str
    problems: tuple[Problem, ...]
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    missing_forms: tuple[str, ...]
    review: Review | None
    signed: bool
    overtaken: int

    @property
    def blocked(self) -> bool:
        """Whether it cannot be published, whoever signs."""
        return bool(self.problems or self.errors or self.missing_forms)


def readiness(*, actor: Actor, draft: Draft) -> Readiness:
    """What stands between the draft and its publication; some forty milliseconds for a chart of thirty nodes."""
    if not permissions.may_see(actor):
        raise NotFound
    package = package_of(draft)
    problems, missing = _loaded(package)
    try:
        findings = verify(package.chart).findings
    except ChartRefused as refused:
        findings, problems = (), refused.problems
    if problems:  # the verifier says again what the loader says, with less
        findings = tuple(one for one in findings if one.kind not in ("syntax", "unsupported_element"))
    digest = package.content_hash()
    review = Review.objects.filter(draft_id=draft.pk).order_by("-id").first()
    current = flows.current_version(key=draft.key)
    base = draft.base.number if draft.base is not None else 0
    return Readiness(
        content_hash=digest,
        problems=problems,
        errors=tuple(one for one in findings if one.severity == "error"),
        warnings=tuple(one for one in findings if one.severity == "warning"),
        missing_forms=missing,
        review=review,
        signed=is_signed(review, digest),
        overtaken=current.number if current is not None and current.number > base else 0,
    )


def is_signed(review: Review | None, content_hash: str) -> bool:
    """Whether the round ended with all agreeing, to this very content."""
    return review is not None and review.state == ReviewState.AGREED and review.content_hash == content_hash


def _loaded(package: Package) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Why it does not load, and the forms that its steps name and it has not."""
    try:
        chart = compile_package(package.chart, package.decisions)
    except ChartRefused as refused:
        return refused.problems, ()
    if not any(node.kind in ACTIVITIES for node in chart.nodes.values()):
        return (_EMPTY,), ()
    named = {node.ext.form for node in chart.nodes.values() if node.ext.form}
    return (), tuple(sorted(named - package.forms.keys()))

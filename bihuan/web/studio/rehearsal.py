"""Rehearsing a draft or a published version: the page, its running part, and what can be done there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.flows import queries as flows
from bihuan.studio import operations, queries
from bihuan.studio.errors import BadAssumption, BadRehearsalPeriod
from bihuan.studio.models import Rehearsal
from bihuan.studio.operations import Size
from bihuan.studio.queries import Rehearsable
from bihuan.studio.rehearsing.assumptions import Assumptions, read_assumptions
from bihuan.studio.rehearsing.edits import BadPeriod, NoNumber, adopted, covers, edited
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, is_partial, number_of
from bihuan.web.studio import rehearsal_form
from bihuan.web.studio.rehearsal_page import Desk, Scenario, page_context, running_context

_USUAL_RUNS: Final = 20


@login_required
@require_http_methods(["GET", "POST"])
def of_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft, beside the version that it goes out from."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    subjects = [queries.rehearsable_draft(actor=actor, draft=draft, number=queries.next_number(draft))]
    if draft.base_id is not None:
        subjects.insert(0, queries.rehearsable_version(actor=actor, version_id=draft.base_id))
    address = reverse("web:studio_rehearse", args=[draft.pk])
    return _page(request, subjects, address, back=reverse("web:studio_editor", args=[draft.pk]))


@login_required
@require_http_methods(["GET", "POST"])
def of_version(request: HttpRequest, key: str) -> HttpResponse:
    """The published version."""
    version = flows.current_version(key=key)
    if version is None:
        raise NotFound
    subjects = [queries.rehearsable_version(actor=actor_of(request), version_id=version.pk)]
    address = reverse("web:chart_rehearse", args=[key])
    return _page(request, subjects, address, back=reverse("web:chart", args=[key]))


def _page(request: HttpRequest, subjects: list[Rehearsable], address: str, back: str) -> HttpResponse:
    actor = actor_of(request)
    scenarios = [
        Scenario(row, subject)
        for subject in subjects
        for row in queries.rehearsals(
            actor=actor,
            draft_id=subject.draft.pk if subject.draft is not None else None,
            version_id=subject.version.pk if subject.version is not None else None,
        )
    ]
    desk = Desk(subjects, scenarios, address, back, queries.may_rehearse(actor))
    if request.method == "POST":
        return _act(request, desk)
    chosen = desk.chosen(number_of(request.GET.get("s")))
    if is_partial(request):
        return _running(request, desk, chosen)
    return _shown(request, desk, chosen, {}, None)


def _running(request: HttpRequest, desk: Desk, chosen: Scenario | None) -> HttpResponse:
    """The part that asks again by itself; the whole page when there is something new on it."""
    over = chosen is None or not queries.is_active(chosen.row)
    if chosen is None or over or (chosen.row.results is not None and request.GET.get("shown") != "1"):
        answer = HttpResponse()
        answer.headers["HX-Redirect"] = desk.at(chosen)
        return answer
    return render(request, "studio/rehearsal_running.html", running_context(desk, chosen, system_now()))


def _shown(
    request: HttpRequest, desk: Desk, chosen: Scenario | None, given: Mapping[str, str], refused: Refused | None
) -> HttpResponse:
    subject = chosen.subject if chosen is not None else desk.subjects[-1]
    made = None
    if subject.chart is not None and (chosen is not None or not any(subject.wrong)):
        made = _Made.of(actor_of(request), subject, chosen, system_now(), fresh=request.GET.get("fresh") == "1")
    context = page_context(request, desk, chosen, made.shown(given) if made is not None else None)
    context["refusal"] = refusal_text(refused) if refused is not None else ""
    return render(request, "studio/rehearsal.html", context, status=refused.status if refused is not None else 200)


# What can be done


@dataclass(frozen=True, slots=True)
class _Made:
    """The assumptions that a form begins with."""

    subject: Rehearsable
    assumptions: Assumptions
    size: Size

    @classmethod
    def of(cls, actor: Actor, subject: Rehearsable, chosen: Scenario | None, now: datetime, *, fresh: bool) -> "_Made":
        """As the chosen scenario has them, with what its chart has got since; else as the system knows them."""
        row = chosen.row if chosen is not None and not fresh else None
        kept = read_assumptions(row.assumptions) if row is not None else None
        if row is not None and kept is not None and subject.chart is not None and covers(kept, subject.chart):
            return cls(subject, kept, Size(cases=row.cases, replications=row.replications))
        proposal = queries.proposed(actor=actor, subject=subject, now=now)
        if row is None or kept is None:
            return cls(subject, proposal.assumptions, Size(cases=proposal.cases, replications=_USUAL_RUNS))
        size = Size(cases=row.cases, replications=row.replications)
        return cls(subject, adopted(proposal.assumptions, kept), size)

    def shown(self, given: Mapping[str, str]) -> rehearsal_form.Shown:
        """For the form."""
        assert self.subject.chart is not None
        hours = queries.company_hours(self.assumptions)
        return rehearsal_form.Shown(self.subject.chart, self.assumptions, self.size, hours, given)

    def taken(self, given: Mapping[str, str]) -> tuple[Assumptions, Size]:
        """With what was typed. Refuses ``BadAssumption``, ``BadRehearsalPeriod``."""
        chart = self.subject.chart
        if chart is None:
            return self.assumptions, self.size
        try:
            assumptions = edited(self.assumptions, given, queries.choices(chart=chart))
            return assumptions, self._size(assumptions, given)
        except NoNumber as wrong:
            field = rehearsal_form.field_words(chart, wrong.field)
            raise BadAssumption(params={"field": field, "least": wrong.least, "most": wrong.most}) from None
        except BadPeriod:
            raise BadRehearsalPeriod from None

    def _size(self, assumptions: Assumptions, given: Mapping[str, str]) -> Size:
        """As typed; where the number of issues was left alone, as many as the other assumptions lead one to expect."""
        size = rehearsal_form.size_of(given, self.size)
        before = (self.assumptions.first, self.assumptions.last, self.assumptions.arrivals)
        after = (assumptions.first, assumptions.last, assumptions.arrivals)
        if size.cases == self.size.cases and before != after:
            return replace(size, cases=queries.expected_cases(assumptions, queries.company_hours(assumptions)))
        return size


def _act(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not desk.may:
        raise Forbidden
    given = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    chosen = desk.chosen(number_of(given.get("s")))
    act = _ACTS.get(given.get("do", ""))
    if act is None:
        raise NotFound
    try:
        return redirect(act(actor_of(request), desk, chosen, given))
    except Refused as refused:
        if refused.status != 422:
            raise
        return _shown(request, desk, chosen, given, refused)


def _start(actor: Actor, desk: Desk, chosen: Scenario | None, given: Mapping[str, str]) -> str:
    """The first ones: the version as it is, and the draft beside it."""
    now = system_now()
    row: Rehearsal | None = None
    for at, subject in enumerate(desk.subjects):
        if len(desk.subjects) > 1 and at == 0 and any(subject.wrong):
            continue
        assumptions, size = _Made.of(actor, subject, None, now, fresh=True).taken(given)
        name = _("现状") if subject.version is not None else desk.next_name()
        row = _started(actor, subject, name, assumptions, size, now)
    assert row is not None
    return desk.at_row(row.pk)


def _started(
    actor: Actor, subject: Rehearsable, name: str, assumptions: Assumptions, size: Size, now: datetime
) -> Rehearsal:
    return operations.start_rehearsal(
        draft_id=subject.draft.pk if subject.draft is not None else None,
        version_id=subject.version.pk if subject.version is not None else None,
        name=name,
        assumptions=assumptions,
        size=size,
        actor=actor,
        now=now,
    )


def _save_as(actor: Actor, desk: Desk, chosen: Scenario | None, given: Mapping[str, str]) -> str:
    """Another scenario with the assumptions in the form, of the chosen one's chart or of the other."""
    now = system_now()
    wanted = number_of(given.get("subject")) if given.get("subject") else None
    at = wanted if wanted is not None and wanted < len(desk.subjects) else len(desk.subjects) - 1
    origin = chosen.subject if chosen is not None else desk.subjects[at]
    assumptions, size = _Made.of(actor, origin, chosen, now, fresh=False).taken(given)
    subject = desk.subjects[at]
    if subject is not origin and subject.chart is not None:
        assumptions = adopted(queries.proposed(actor=actor, subject=subject, now=now).assumptions, assumptions)
    name = given.get("name", "").strip() or desk.next_name()
    return desk.at_row(_started(actor, subject, name, assumptions, size, now).pk)


def _rerun(actor: Actor, desk: Desk, chosen: Scenario | None, given: Mapping[str, str]) -> str:
    scenario, now = _needed(chosen), system_now()
    assumptions, size = _Made.of(actor, scenario.subject, scenario, now, fresh=False).taken(given)
    operations.rerun_rehearsal(rehearsal_id=scenario.row.pk, assumptions=assumptions, size=size, actor=actor, now=now)
    return desk.at(scenario)


def _rename(actor: Actor, desk: Desk, chosen: Scenario | None, given: Mapping[str, str]) -> str:
    scenario = _needed(chosen)
    operations.rename_rehearsal(rehearsal_id=scenario.row.pk, name=given.get("name", ""), actor=actor, now=system_now())
    return desk.at(scenario)


def _cancel(actor: Actor, desk: Desk, chosen: Scenario | None, given: Mapping[str, str]) -> str:
    scenario = _needed(chosen)
    operations.cancel_rehearsal(rehearsal_id=scenario.row.pk, actor=actor, now=system_now())
    return desk.at(scenario)


def _delete(actor: Actor, desk: Desk, chosen: Scenario | None, given: Mapping[str, str]) -> str:
    operations.delete_rehearsal(rehearsal_id=_needed(chosen).row.pk, actor=actor, now=system_now())
    return desk.address


def _needed(chosen: Scenario | None) -> Scenario:
    if chosen is None:
        raise NotFound
    return chosen


_Act = Callable[[Actor, Desk, Scenario | None, Mapping[str, str]], str]
_ACTS: Final[Mapping[str, _Act]] = {
    "start": _start,
    "save_as": _save_as,
    "rerun": _rerun,
    "rename": _rename,
    "cancel": _cancel,
    "delete": _delete,
}

"""What people do about an open issue besides its steps: tags, tasks, watching, putting away, reopening, macros."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from bihuan.calendars import queries as calendars
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.issues.rules.canned import ACTIONS, clean_actions
from bihuan.web.desk.kit_parts import tags_view, task_view
from bihuan.web.request import actor_of, number_of
from bihuan.web.ui.environment import in_language

Context = dict[str, object]
_TASK_TAB = "work"


class BadMoment(Refused):
    code = "bad_moment"
    text = gettext_noop("“%(value)s”不是日期时间，请从日历里选。")


def moment_of(text: str) -> datetime | None:
    """A moment as a browser's field gives it, in the company's zone; None where nothing is given."""
    text = text.strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return timezone.make_aware(found) if found.tzinfo is None else found
    except (ValueError, OverflowError) as error:
        raise BadMoment(params={"value": text[:30]}) from error


def back_to_work(issue_id: int) -> HttpResponse:
    """The issue with the tab of tasks open."""
    response = redirect("web:issue", issue_id)
    response["Location"] += f"?tab={_TASK_TAB}"
    return response


# -- tags ------------------------------------------------------------------------------------------------------------


@require_POST
@login_required
def tags(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Marks the issue with just these tags."""
    actor = actor_of(request)
    issue = queries.issue(actor=actor, issue_id=issue_id)
    wanted = [number for text in request.POST.getlist("tag")[:50] if (number := number_of(text))]
    operations.change_tags(
        issue_id=issue_id,
        add=[each for each in wanted if each not in issue.tags],
        remove=[each for each in issue.tags if each not in wanted],
        actor=actor,
        now=system_now(),
    )
    return redirect("web:issue", issue_id)


# -- tasks -----------------------------------------------------------------------------------------------------------


def _items(text: str) -> list[tuple[str, bool]]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(line.lstrip("*").strip(), line.startswith("*")) for line in lines]


@require_POST
@login_required
def add_task(request: HttpRequest, issue_id: int) -> HttpResponse:
    """A task of its own, or the tasks of a list."""
    actor, now = actor_of(request), system_now()
    kept = number_of(request.POST.get("list"))
    if kept is not None:
        operations.add_task_list(issue_id=issue_id, list_id=kept, actor=actor, now=now)
        return back_to_work(issue_id)
    operations.add_task(
        issue_id=issue_id,
        title=request.POST.get("title", ""),
        username=request.POST.get("person", ""),
        department_key=request.POST.get("department", ""),
        due_at=moment_of(request.POST.get("due", "")),
        blocking=request.POST.get("blocking") == "1",
        items=_items(request.POST.get("items", "")),
        actor=actor,
        now=now,
    )
    return back_to_work(issue_id)


@require_POST
@login_required
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Does it, gives it up, ticks a line, or changes it (``do``)."""
    actor, now, do = actor_of(request), system_now(), request.POST.get("do")
    if do == "done":
        found = operations.complete_task(task_id=task_id, actor=actor, now=now)
    elif do == "drop":
        found = operations.drop_task(task_id=task_id, reason=request.POST.get("reason", ""), actor=actor, now=now)
    elif do == "tick":
        found = operations.tick_item(
            task_id=task_id,
            index=number_of(request.POST.get("index")) or 0,
            note=request.POST.get("note", ""),
            actor=actor,
            now=now,
        )
    else:
        found = operations.change_task(
            task_id=task_id,
            username=request.POST.get("person", ""),
            department_key=request.POST.get("department", ""),
            due_at=moment_of(request.POST.get("due", "")),
            blocking=request.POST.get("blocking") == "1",
            actor=actor,
            now=now,
        )
    return back_to_work(found.issue_id)


@require_GET
@login_required
def my_tasks(request: HttpRequest) -> HttpResponse:
    """我的任务: one's own and one's departments', the most urgent first."""
    actor, now = actor_of(request), system_now()
    page = queries.my_tasks(actor=actor, cursor=request.GET.get("cursor") or None)
    context: Context = {
        "now": now,
        "tasks": [task_view(row, actor, now) | {"issue": row.issue} for row in page.items],
        "next_cursor": page.next,
    }
    return render(request, "desk/my_tasks.html", context)


# -- watching, putting away, reopening ---------------------------------------------------------------------------------


@require_POST
@login_required
def watch(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Hears of what was ticked; of nothing, watches no longer."""
    operations.watch_issue(
        issue_id=issue_id, events=request.POST.getlist("event")[:10], actor=actor_of(request), now=system_now()
    )
    return back_to_work(issue_id)


def _until(request: HttpRequest, now: datetime) -> datetime | None:
    """When it comes back: in an hour, tomorrow morning or on Monday as the calendar opens, at a chosen moment; None: with
    the customer's answer."""
    way = request.POST.get("way", "")
    today = timezone.localtime(now).date()
    if way == "hour":
        return now + timedelta(hours=1)
    if way in ("tomorrow", "monday"):
        day = today + timedelta(days=1 if way == "tomorrow" else 7 - today.weekday())
        return calendars.calendar("default").next_open(timezone.make_aware(datetime.combine(day, time())))
    if way == "reply":
        return None
    chosen = moment_of(request.POST.get("until", ""))
    if chosen is None:
        raise BadMoment(params={"value": ""})
    return chosen


@require_POST
@login_required
def snooze(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Puts the issue away, or has it back (``way=back``)."""
    actor, now = actor_of(request), system_now()
    if request.POST.get("way") == "back":
        operations.wake_issue(issue_id=issue_id, actor=actor, now=now)
        return redirect("web:issue", issue_id)
    operations.snooze_issue(issue_id=issue_id, until=_until(request, now), actor=actor, now=now)
    messages.success(request, _("已搁置：不再出现在您的待办里，时限照常计算，超时的仍会出现在“已超时”。"))
    return redirect("web:desk")


@require_POST
@login_required
def reopen(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Not solved after all, says the house."""
    operations.reopen_issue(
        issue_id=issue_id, reason=request.POST.get("reason", ""), actor=actor_of(request), now=system_now()
    )
    return redirect("web:issue", issue_id)


# -- replies kept ready ----------------------------------------------------------------------------------------------


def _action_words(actions: object) -> str:
    words = []
    for what, value in clean_actions(actions):
        shown = value
        if what == "tag":
            tag = queries.tag_by_id(int(value)) if value.isdecimal() else None
            shown = in_language(tag.name, tag.name_en) if tag else value
        elif what == "tasks":
            kept = queries.task_list(int(value)) if value.isdecimal() else None
            shown = in_language(kept.name, kept.name_en) if kept else value
        words.append(f"{_(ACTIONS[what])} {shown}")
    return _("；").join(words)


@require_GET
@login_required
def canned(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The replies that the reader may use here, filled in; part of the composer."""
    actor = actor_of(request)
    issue = queries.issue(actor=actor, issue_id=issue_id)
    folders: dict[str, list[Context]] = {}
    for each in queries.filled_replies(actor=actor, issue=issue, text=request.GET.get("q", "")):
        row = each.row
        folders.setdefault(row.folder, []).append(
            {
                "id": row.pk,
                "name": in_language(row.name, row.name_en),
                "text": each.text,
                "actions": _action_words(row.actions) if row.actions else "",
            }
        )
    return render(request, "desk/canned.html", {"folders": list(folders.items()), "tags": tags_view(issue)})

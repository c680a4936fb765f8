"""What an address of the list asks for: conditions, order, columns. Lists, files and changes of many read it alike."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.urls import reverse

from bihuan.core.actor import Actor
from bihuan.issues import queries as issues
from bihuan.issues.models import ListHabit, SavedView
from bihuan.issues.queries import Filter
from bihuan.issues.rules.columns import COLUMNS, shown
from bihuan.issues.rules.conditions import All, AnyOf, BadCondition, Groups, Node, Test, groups_of, of_groups, test_of
from bihuan.issues.rules.queues import SORTS
from bihuan.issues.rules.status import CLOSED
from bihuan.web.request import actor_of, number_of

NAMES = ("view", "status", "type", "department", "priority", "q", "sort", "cursor", "back", "where", "saved")
_LONGEST = 300
_LONGEST_WHERE = 20_000
_QUICK = (("status", "status"), ("type", "type"), ("department", "department"), ("priority", "priority"))
_AS_TESTS: dict[str, tuple[Test, ...]] = {
    "open": (Test("open", "yes"),),
    "overdue": (Test("overdue", "yes"),),
    "due_soon": (Test("due_soon", "yes"),),
    "waiting_customer": (Test("open", "yes"), Test("status", "in", ("waiting_customer", "resolved"))),
    "closed": (Test("status", "in", tuple(sorted(CLOSED))), Test("duplicate", "no")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``given``: the address' words; ``groups``: the conditions of the filter bar; ``saved``: the view that is open."""

    given: dict[str, str]
    groups: Groups
    saved: SavedView | None
    habit: ListHabit

    @property
    def sort(self) -> str:
        """The order: what the address says, else the view."""
        if self.given["sort"] in SORTS:
            return self.given["sort"]
        return self.saved.sort if self.saved else "updated"

    @property
    def columns(self) -> list[str]:
        """The columns: the view's, else the person's, else the usual ones."""
        own = issues.own_columns()
        found = shown(self.saved.columns if self.saved else (), self.habit.columns)
        return [key for key in found if key in COLUMNS or key in own]

    def filter(self) -> Filter:
        """What the list's query is asked."""
        given = self.given
        return Filter(
            status=given["status"],
            type_key=given["type"],
            department_key=given["department"],
            priority=given["priority"],
            q=given["q"],
            queue=given["view"],
            where=of_groups(self.groups) if self.groups else None,
        )

    def node(self, *, with_queue: bool = True) -> Node:
        """All of it as one tree, in the shape of the filter bar: what a view keeps."""
        return of_groups(self.shown_groups(with_queue=with_queue))

    def shown_groups(self, *, with_queue: bool = True) -> Groups:
        """The conditions of the filter bar, of the quick ones beside it, of the field, and of the tab."""
        found = [*self.groups]
        found += [(each,) for each in _AS_TESTS.get(self.given["view"], ()) if with_queue]
        found += [(test_of(field, "in", [self.given[name]]),) for name, field in _QUICK if self.given[name]]
        if self.given["q"].strip():
            found.append((test_of("text", "has", self.given["q"][:200]),))
        return tuple(found)

    def link(self, **changes: str) -> str:
        """The address with these changes, at its first page."""
        kept = {name: value for name, value in {**self.given, "cursor": "", "back": "", **changes}.items() if value}
        return f"{reverse('web:issues')}?{urlencode(kept)}" if kept else f"{reverse('web:issues')}?view="

    def with_groups(self, groups: Groups) -> str:
        """The address with other conditions."""
        return self.link(where=packed(groups))

    def query(self) -> str:
        """The words of the address as one text, for forms that act on the list."""
        return urlencode(
            {name: value for name, value in self.given.items() if value and name not in ("cursor", "back")}
        )


def packed(groups: Groups) -> str:
    """The conditions as a text of the address. Without any it still says that there are none."""
    plain = [
        [[test.field, test.op, *([test.value] if test.value is not None else [])] for test in group] for group in groups
    ]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Groups:
    """Back from ``packed``; refuses what is not understood."""
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadCondition(params={"what": text[:50]}) from error
    if not isinstance(plain, list) or not all(isinstance(group, list) for group in plain):
        raise BadCondition(params={"what": text[:50]})
    groups = tuple(tuple(_test(each) for each in group) for group in plain[:31] if group)
    return groups_of(of_groups(groups))


def _test(given: object) -> Test:
    if not isinstance(given, list) or not 2 <= len(given) <= 3 or not isinstance(given[0], str):
        raise BadCondition(params={"what": str(given)[:50]})
    return test_of(given[0], given[1], given[2] if len(given) == 3 else None)


def _groups_of_view(row: SavedView) -> Groups:
    node = issues.conditions_of(row)
    if node is None:
        raise BadCondition(params={"what": row.name})
    try:
        return groups_of(node)
    except BadCondition:
        if isinstance(node, Test):
            return ((node,),)
        if isinstance(node, All | AnyOf) and all(isinstance(part, Test) for part in node.parts):
            tests = tuple(part for part in node.parts if isinstance(part, Test))
            return tuple((test,) for test in tests) if isinstance(node, All) else (tests,)
        raise


def look_of(given: Mapping[str, str], actor: Actor) -> Look:
    """Reads an address. Refuses conditions that are not understood, and views that the person is not shown."""
    words = {name: str(given.get(name, ""))[: _LONGEST_WHERE if name == "where" else _LONGEST] for name in NAMES}
    words = {name: text.replace("\x00", "") for name, text in words.items()}
    habit = issues.list_habit(actor=actor)
    if not given and habit.view_id:
        words["saved"] = str(habit.view_id)
    view_id = number_of(words["saved"])
    saved = issues.view(actor=actor, view_id=view_id) if view_id else None
    if words["where"]:
        groups = unpacked(words["where"])
    else:
        groups = _groups_of_view(saved) if saved else ()
    return Look(given=words, groups=groups, saved=saved, habit=habit)


def look_of_request(request: HttpRequest) -> Look:
    """Of the page's own address."""
    return look_of(request.GET.dict(), actor_of(request))


def look_of_form(request: HttpRequest) -> Look:
    """Of the address that a form brings along (``query``)."""
    words = dict(parse_qsl(request.POST.get("query", "")[: 2 * _LONGEST_WHERE], max_num_fields=40))
    return look_of(words or {"view": ""}, actor_of(request))

"""What the template draws: the form laid out for one reader with its data, errors and surroundings."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.utils import timezone
from django.utils.translation import get_language

from bihuan.documents.model import serial_number
from bihuan.documents.money import capital
from bihuan.web.ui.forms.model import FieldError, FileInfo, FormContext, Option
from bihuan.web.ui.forms.pieces import attributes, drawable, items, scores, width_class
from bihuan.web.ui.forms.schema import (
    ROW_WIDGETS,
    Schema,
    columns,
    fields,
    groups,
    is_required_now,
    option_value,
    options,
    posted_conditions,
    required_fields,
    required_when,
    texts,
    visible_fields,
    visible_when,
    whole,
    words,
)
from bihuan.web.ui.forms.whys import LEAST, USUAL, next_question

_WIDE = frozenset({"table", "five_whys", "fishbone", "timeline", "heading"})
_URGENCY_ICONS = {"urgent": "p1", "critical": "p1", "high": "p2", "medium": "p3", "low": "p4"}
_PEOPLE = frozenset({"person", "department", "departments"})


@dataclass(slots=True, kw_only=True)
class FieldView:
    """A field, or a cell of a row, ready to draw. ``value`` is text, number, truth or a list of texts."""

    name: str
    label: str
    widget: str
    value: object = None
    hint: str = ""
    required: bool = False
    always: bool = False
    visible: bool = True
    when: str = ""
    error: str = ""
    options: list[Option] = field(default_factory=list)
    columns: list["FieldView"] = field(default_factory=list)
    rows: list["RowView"] = field(default_factory=list)
    files: list[FileInfo] = field(default_factory=list)
    leads: list[tuple[list[str], str]] = field(default_factory=list)
    attrs: dict[str, str | int | float] = field(default_factory=dict)
    wide: bool = False
    least: int = 0
    most: int = 0
    tall: int = 2
    width: str = ""
    needed_when: str = ""
    words: str = ""

    @property
    def values(self) -> list[str]:
        """The chosen values of a list field."""
        return [str(one) for one in self.value] if isinstance(self.value, list) else []

    @property
    def is_filled(self) -> bool:
        """Whether a person would say that something stands here."""
        if self.widget == "heading":
            return False
        return self.value not in (None, "", [], False)

    def text_of(self, value: object) -> str:
        """The text of an option's value."""
        wanted = option_value(value)
        return next((one.text for one in self.options if one.value == wanted), str(value))

    def sign(self, value: str) -> str:
        """The icon of an option of urgency or risk, '' of any other."""
        known = all(one.value in _URGENCY_ICONS for one in self.options)
        return _URGENCY_ICONS[value] if known else ""


@dataclass(slots=True, kw_only=True)
class RowView:
    """One row of a list field. ``state`` (of five whys): done, now, wait. ``ask``: the question that is offered."""

    cells: dict[str, FieldView]
    error: str = ""
    state: str = ""
    ask: str = ""
    branch: str = ""


@dataclass(slots=True, kw_only=True)
class GroupView:
    """A group of fields with its narrow gutter. ``faults``: how many fields are to be mended."""

    key: str
    title: str
    hint: str
    fields: list[FieldView]

    @property
    def shown(self) -> list[FieldView]:
        return [one for one in self.fields if one.visible and one.widget != "heading"]

    @property
    def faults(self) -> int:
        return sum(1 for one in self.fields if one.error or any(_row_error(row) for row in one.rows))

    @property
    def filled(self) -> int:
        return sum(one.is_filled for one in self.shown)

    @property
    def state(self) -> str:
        """bad, done (all that is required is there), now (begun), none."""
        if self.faults:
            return "bad"
        if self.filled and all(one.is_filled for one in self.shown if one.required):
            return "done"
        return "now" if self.filled else "none"


@dataclass(slots=True, kw_only=True)
class FormView:
    """The whole form. ``other_errors``: those that belong to no field that shows."""

    title: str
    code: str
    groups: list[GroupView]
    errors: list[FieldError]
    upload_url: str = ""
    read_only: bool = False

    @property
    def other_errors(self) -> list[FieldError]:
        known = {one.name for group in self.groups for one in group.fields}
        return [error for error in self.errors if not error.path or str(error.path[0]) not in known]


def _row_error(row: RowView) -> bool:
    return bool(row.error) or any(cell.error for cell in row.cells.values())


def build_form(
    schema: Schema,
    data: Mapping[str, object] | None = None,
    errors: Sequence[FieldError] = (),
    *,
    context: FormContext | None = None,
    consequences: Mapping[str, Mapping[str, str]] | None = None,
    language: str = "",
    read_only: bool = False,
) -> FormView:
    """Lays the form out.

    ``consequences``: of a field that steers the flow, what each of its values leads to, in the words of the chart
    ({"risk": {"high": "制定方案之后走 部门主管审批"}}). ``language``: the reader's (the active one by default).
    """
    spoken = language or get_language() or "zh-hans"
    builder = _Builder(
        schema, dict(data or {}), errors, context or FormContext(), consequences or {}, spoken, read_only
    )
    return FormView(
        title=words(schema, "title", spoken),
        code=str(schema.get("x-code") or ""),
        groups=builder.groups(),
        errors=list(errors),
        upload_url=builder.context.upload_url,
        read_only=read_only,
    )


class _Builder:
    def __init__(
        self,
        schema: Schema,
        data: dict[str, object],
        errors: Iterable[FieldError],
        context: FormContext,
        consequences: Mapping[str, Mapping[str, str]],
        language: str,
        read_only: bool,
    ) -> None:
        self.context, self._language, self._read_only = context, language, read_only
        self._schema, self._consequences = schema, consequences
        self._fields = fields(schema)
        self._data = data if read_only else self._with_defaults(data)
        self._errors = {error.name: error.message for error in errors}
        self._visible = visible_fields(schema, self._data)
        self._required = required_fields(schema)
        self._required_when = required_when(schema)
        self._zone: tzinfo = context.zone or timezone.get_current_timezone()

    def _with_defaults(self, data: dict[str, object]) -> dict[str, object]:
        filled = dict(data)
        for name, node in self._fields.items():
            default = node.get("x-default")
            if name in filled or default is None:
                continue
            if isinstance(default, str) and default.startswith("="):
                default = self.context.values.get(default[1:])
            if default is not None:
                filled[name] = default.isoformat() if isinstance(default, datetime) else default
        return filled

    def groups(self) -> list[GroupView]:
        return [
            GroupView(
                key=str(group.get("key") or "all"),
                title=words(group, "title", self._language),
                hint=words(group, "hint", self._language),
                fields=[self._top(name) for name in texts(group.get("fields")) if name in self._fields],
            )
            for group in groups(self._schema)
        ]

    def _top(self, name: str) -> FieldView:
        node = self._fields[name]
        view = self._field(name, node, self._data.get(name))
        view.visible = name in self._visible
        view.always = name in self._required
        view.required = view.always or is_required_now(self._required_when.get(name, []), self._data)
        when = visible_when(node, self._fields)
        view.when = json.dumps(when, ensure_ascii=False) if when else ""
        needs = self._required_when.get(name, [])
        view.needed_when = json.dumps(posted_conditions(needs), ensure_ascii=False) if needs else ""
        view.leads = self._leads(name)
        view.wide = view.widget in _WIDE
        return view

    def _leads(self, name: str) -> list[tuple[list[str], str]]:
        """What choices lead to, those with the same consequence together."""
        told = self._consequences.get(name, {})
        together: dict[str, list[str]] = {}
        for value, text in told.items():
            together.setdefault(text, []).append(value)
        return [(values, text) for text, values in together.items()]

    def _field(self, name: str, node: Schema, value: object) -> FieldView:
        sort = drawable(node)
        view = FieldView(
            name=name,
            label=words(node, "title", self._language) or name,
            widget=sort,
            value=value,
            hint=words(node, "description", self._language),
            error=self._errors.get(name, ""),
            options=self._options(node, sort),
            attrs=attributes(node, sort),
            least=whole(node, "minItems", 0),
            most=whole(node, "maxItems", 0),
        )
        view.tall = 4 if whole(node, "maxLength", 0) >= 1000 else 2
        if sort == "datetime":
            view.value = self._local(value)
        elif sort == "lines":
            view.value, view.tall = "\n".join(view.values), 4
        elif sort == "serial":
            view.value = self._serial(node)
        elif sort == "money" and not self._language.startswith("en"):
            view.words = capital(value)
        elif sort in ("files", "signature"):
            view.files = self._files(view.values)
        elif sort in ROW_WIDGETS:
            self._fill_rows(view, node)
        return view

    def _options(self, node: Schema, sort: str) -> list[Option]:
        if sort in _PEOPLE:
            return list(self.context.people if sort == "person" else self.context.departments)
        found = options(node, self._language)
        return found if found or sort != "rating" else scores(node, self._language)

    def _serial(self, node: Schema) -> str:
        number = str(self.context.values.get("issue.number") or "")
        return serial_number(str(node.get("x-prefix") or ""), number)

    def _files(self, ids: list[str]) -> list[FileInfo]:
        known = {one.id: one for one in self.context.files}
        return [known[one] for one in ids if one in known]

    def _local(self, value: object) -> object:
        """An instant as the reader's clock shows it; what is no instant stays as it was typed."""
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            return value
        if not isinstance(found, datetime) or found.tzinfo is None:
            return value
        return found.astimezone(self._zone).strftime("%Y-%m-%dT%H:%M")

    def _fill_rows(self, view: FieldView, node: Schema) -> None:
        cells = columns(node)
        required = set(texts(items(node).get("required")))
        widths = node.get("x-columns")
        view.columns = [self._field(f"{view.name}-__i__-{key}", cell, None) for key, cell in cells.items()]
        for at, (key, column) in enumerate(zip(cells, view.columns, strict=True)):
            column.required = key in required
            column.width = width_class(widths, key, at, column.widget)
        given = [row for row in view.value if isinstance(row, Mapping)] if isinstance(view.value, list) else []
        spare = 0 if self._read_only else self._spare(view, len(given))
        for at, row in enumerate([*given, *[{}] * spare]):
            view.rows.append(
                RowView(
                    cells={
                        key: self._field(f"{view.name}-{at}-{key}", cell, row.get(key)) for key, cell in cells.items()
                    },
                    error=self._errors.get(f"{view.name}-{at}", ""),
                    branch=str(row.get("branch") or ""),
                )
            )
        if view.widget == "five_whys":
            view.least, view.most = max(view.least, LEAST), view.most or USUAL
            _chain(view.rows)

    def _spare(self, view: FieldView, given: int) -> int:
        if view.widget == "five_whys":
            return max((view.most or USUAL) - given, 0)
        if view.widget == "fishbone":
            return 0
        full = bool(view.most) and given >= view.most
        return 0 if full else max(view.least - given, 1 if not given else 0)


def _chain(rows: list[RowView]) -> None:
    """Five whys: what is answered is done, the next is open, the rest waits; each offers its question."""
    before, is_open = "", True
    for row in rows:
        answer = str(row.cells["answer"].value or "") if "answer" in row.cells else ""
        row.ask = next_question(before) if before or row is rows[0] else ""
        if answer:
            row.state = "done"
        else:
            row.state, is_open = ("now", False) if is_open else ("wait", False)
        before = answer

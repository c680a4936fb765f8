"""Documents of the text as forms."""

import re
from collections.abc import Iterable
from typing import Final

from bihuan.bpmn.values import JsonValue
from bihuan.procedures.drafting.model import DraftForm
from bihuan.procedures.drafting.words import shown
from bihuan.procedures.model import Span
from bihuan.procedures.understanding.model import Field, Paper
from bihuan.procedures.understanding.papers import FORMS, canonical

_LONG: Final = 10_000
_SENSITIVE = re.compile(r"人脸|指纹|病史|身份证|证件号|性别|年龄|体重|健康|银行卡|账号|病历")
_KINDS: Final[tuple[tuple[re.Pattern[str], dict[str, JsonValue]], ...]] = (
    (re.compile(r"^(?:是否|有无)"), {"type": "boolean", "x-widget": "switch"}),
    (re.compile(r"日期$"), {"type": "string", "format": "date", "x-widget": "date"}),
    (re.compile(r"时间$|时刻$"), {"type": "string", "format": "date-time", "x-widget": "datetime"}),
    (re.compile(r"金额|费用|价格|单价"), {"type": "number", "minimum": 0, "x-widget": "money"}),
    (re.compile(r"数量|次数|人数|户数|年龄|体重"), {"type": "number", "minimum": 0}),
    (re.compile(r"电话|手机|联系方式"), {"type": "string", "maxLength": 100, "x-widget": "phone"}),
    (re.compile(r"邮箱|电子邮件"), {"type": "string", "format": "email", "maxLength": 254, "x-widget": "email"}),
    (
        re.compile(r"描述|事件|措施|步骤|说明|方案|内容|原因|根因|结果|结论|意见|效果|事项|情况|划分|安排|病史"),
        {"type": "string", "maxLength": _LONG, "x-widget": "textarea"},
    ),
)


class Forms:
    """Collects the documents of a draft; the same name is the same form."""

    def __init__(self) -> None:
        self._papers: dict[str, Paper] = {}
        self._groups: dict[str, dict[str, tuple[str, tuple[Field, ...]]]] = {}
        self._numbered = 0
        self.first_step: dict[str, str] = {}

    def code(self, paper: Paper, step: str) -> str:
        """The code of the form: ours, else the one that the text gives, else a number of this draft.

        `step`: where it is spoken of.
        """
        for code, known in self._papers.items():
            if canonical(known.name) == canonical(paper.name) or (paper.code and paper.code == known.code):
                self._papers[code] = _fuller(known, paper)
                return code
        self._numbered += not (paper.code or paper.number)
        code = paper.code or paper.number or f"X{self._numbered:02}"
        self._papers[code] = paper
        self._groups[code] = {}
        self.first_step[code] = step
        return code

    def fill_in(self, code: str, step: str, title: str, fields: Iterable[Field]) -> bool:
        """Says which fields a step fills in; whether there are any."""
        found = tuple(fields)
        if found:
            self._groups[code][step] = (title, found)
        return bool(found)

    def made(self) -> tuple[DraftForm, ...]:
        """The forms, in the order in which they were first named."""
        return tuple(
            DraftForm(code, paper.name, bool(paper.code), paper.span, _schema(code, paper, self._groups[code]))
            for code, paper in self._papers.items()
        )

    def is_exact(self, code: str) -> bool:
        """Whether a known form has this very name."""
        return self._papers[code].name in FORMS.get(code, ())

    def paper(self, code: str) -> Paper:
        """The document of a code."""
        return self._papers[code]


def _fuller(one: Paper, other: Paper) -> Paper:
    return other if len(other.fields) > len(one.fields) else one


def _schema(code: str, paper: Paper, groups: dict[str, tuple[str, tuple[Field, ...]]]) -> dict[str, JsonValue]:
    told = dict(groups)
    if paper.fields:
        told = {**told, "content": (paper.name, paper.fields)}
    if not told:
        told = {"content": (paper.name, (Field("内容", paper.span),))}
    properties: dict[str, JsonValue] = {}
    shown_groups: list[JsonValue] = []
    for key, (title, fields) in told.items():
        names: list[JsonValue] = []
        for one in fields:
            name = f"f{len(properties) + 1}"
            properties[name] = _property(one)
            names.append(name)
        shown_groups.append({"key": key, "title": shown(title), "fields": names, "required": []})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"bihuan:form:{code}",
        "title": shown(paper.name),
        "x-code": code,
        "x-version": "1",
        "type": "object",
        "properties": properties,
        "x-groups": shown_groups,
        "additionalProperties": False,
    }


def _property(field: Field) -> dict[str, JsonValue]:
    title = f"{field.group}：{field.name}" if field.group else field.name
    made: dict[str, JsonValue] = {"title": shown(title)}
    if field.options:
        made |= {"type": "string", "enum": [*field.options]}
        made["x-widget"] = "choice" if len(field.options) <= 4 else "select"
        if any(field.criteria):
            made["x-criteria"] = [shown(one) for one in field.criteria]
    else:
        kind = next((kind for words, kind in _KINDS if words.search(field.name)), None)
        made |= kind or {"type": "string", "maxLength": 200}
    if _SENSITIVE.search(field.name):
        made["x-sensitive"] = True
    return made


def own_form(name: str, span: Span) -> Paper:
    """A document that the text does not name: what a step writes down."""
    return Paper(f"{name}记录" if not name.endswith(("记录", "登记", "表")) else name, span)

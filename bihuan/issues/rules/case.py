"""A closed case as prose: what the customer said, what it was, what helped."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

Form = Mapping[str, object]


def _text(data: Form, name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def _rows(data: Form, name: str) -> Sequence[Form]:
    rows = data.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _whys(data: Form) -> str:
    return "\n".join(
        f"{number}. {_text(row, 'why')} {_text(row, 'answer')}".rstrip()
        for number, row in enumerate(_rows(data, "whys"), 1)
    )


def _roots(data: Form) -> str:
    return "\n".join(_text(row, "cause") for row in _rows(data, "fishbone") if row.get("is_root") is True)


def _steps(data: Form) -> str:
    return "\n".join(f"{number}. {_text(row, 'step')}" for number, row in enumerate(_rows(data, "steps"), 1))


def case_body(description: str, records: Mapping[str, Form]) -> str:
    """The article's text from the issue's words and the forms F02, F03, F04; a part that is blank is left out."""
    analysis, plan, feedback = (records.get(code, {}) for code in ("F02", "F03", "F04"))
    parts = [
        (gettext("客户反映"), description.strip()),
        (gettext("现象"), _text(analysis, "phenomenon")),
        (gettext("分析"), _whys(analysis)),
        (gettext("根本原因"), "\n".join(filter(None, (_text(analysis, "root_cause"), _roots(analysis))))),
        (gettext("临时措施"), _text(analysis, "containment")),
        (gettext("解决措施"), "\n".join(filter(None, (_text(plan, "measures"), _steps(plan))))),
        (gettext("验收"), _text(plan, "acceptance")),
        (gettext("客户意见"), _text(feedback, "comment")),
        (gettext("经验与改进"), _text(feedback, "lesson")),
    ]
    return "\n\n".join(f"【{title}】\n{text}" for title, text in parts if text)

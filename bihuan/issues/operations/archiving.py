"""The archive step turns a closed case into an article."""

from collections.abc import Mapping

from django.utils.translation import gettext

from bihuan.issues.models import FormRecord, Issue
from bihuan.issues.operations.timeline import add_event
from bihuan.issues.registry import StepDone
from bihuan.knowledge.operations import archive_case
from bihuan.knowledge.rules import keywords as keyword_line


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def _whys(data: Mapping[str, object]) -> str:
    rows = data.get("whys")
    lines = [
        f"{index}. {row.get('why', '')} {row.get('answer', '')}"
        for index, row in enumerate(rows if isinstance(rows, list) else [], 1)
        if isinstance(row, Mapping)
    ]
    return "\n".join(lines)


def _body(issue: Issue, records: Mapping[str, Mapping[str, object]]) -> str:
    analysis, plan, feedback = (records.get(code, {}) for code in ("F02", "F03", "F04"))
    parts = [
        (gettext("客户反映"), issue.description),
        (gettext("现象"), _text(analysis, "phenomenon")),
        (gettext("分析"), _whys(analysis)),
        (gettext("根本原因"), _text(analysis, "root_cause")),
        (gettext("解决措施"), _text(plan, "measures")),
        (gettext("验收"), _text(plan, "acceptance")),
        (gettext("客户意见"), _text(feedback, "comment")),
        (gettext("经验与改进"), _text(feedback, "lesson")),
    ]
    return "\n\n".join(f"【{title}】\n{text}" for title, text in parts if text)


def keep_case(done: StepDone) -> None:
    """After ``archive``: the article with the keywords that the step gave, else those of the convention."""
    if done.node != "archive" or done.data.get("publish") is False:
        return
    issue = Issue.objects.select_related("type").get(pk=done.issue.pk)
    records = {record.code: record.data for record in FormRecord.objects.filter(issue=issue)}
    words = _text(done.data, "keywords") or keyword_line(
        category=issue.type.name if issue.type else "",
        phenomenon=issue.title[:20],
        kind=gettext("解决方案"),
        year=done.now.year,
        month=done.now.month,
    )
    archive_case(
        title=issue.title,
        keywords=words,
        body=_body(issue, records),
        source_number=issue.number,
        source_id=issue.pk,
        category=issue.type.key if issue.type else "",
        departments=issue.departments,
        actor=done.actor,
        now=done.now,
    )
    add_event(issue_id=issue.pk, code="case.archived", params={"keywords": words}, actor=done.actor, now=done.now)

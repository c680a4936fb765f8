"""The archive step turns a closed case into an article."""

from collections.abc import Mapping

from django.utils.translation import gettext

from bihuan.issues.models import FormRecord, Issue
from bihuan.issues.operations.work import at_work
from bihuan.issues.registry import StepDone
from bihuan.issues.rules.case import case_body
from bihuan.knowledge.operations import archive_case
from bihuan.knowledge.rules import keywords

GROUP = "archive"
"""The group of a form that the archiving step fills in."""


def _records(issue: Issue) -> dict[str, Mapping[str, object]]:
    return {record.code: record.data for record in FormRecord.objects.filter(issue=issue)}


def keep_case(done: StepDone) -> None:
    """After a step with the group ``archive``: the article, unless the step said not to publish it.

    Its keywords are those that the step gave, else those of the convention (R117).
    """
    if GROUP not in done.groups or done.data.get("publish") is False:
        return
    issue = done.issue
    given = done.data.get("keywords")
    words = given.strip() if isinstance(given, str) else ""
    words = words or keywords(
        category=issue.type.name if issue.type else "",
        phenomenon=issue.title,
        kind=gettext("解决方案"),
        year=done.now.year,
        month=done.now.month,
    )
    archive_case(
        title=issue.title,
        keywords=words,
        body=case_body(issue.description, _records(issue)),
        source_number=issue.number,
        source_id=issue.pk,
        category=issue.type.key if issue.type else "",
        departments=issue.departments,
        actor=done.actor,
        now=done.now,
    )
    with at_work(issue, now=done.now) as work:
        work.say("case.archived", {"keywords": words}, done.actor)

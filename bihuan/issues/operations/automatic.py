"""What the product writes to customers by itself, in their language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from bihuan.customers.rules.zones import zone_for
from bihuan.flows import queries as flows
from bihuan.issues.models import Issue

TEXTS = {
    "request_information": gettext_noop(
        "%(name)s，您好：为了继续处理“%(title)s”（编号 %(number)s），请您补充发生的时间、涉及的设备或单号，以及现场截图或照片。"
        "收到后我们马上继续；等待期间不计入我们的处理时限。"
    ),
    "closed": gettext_noop(
        "%(name)s，您好：“%(title)s”（编号 %(number)s）已办结。如果问题再次出现，直接回复本消息即可。"
    ),
    "merged": gettext_noop(
        "%(name)s，您好：“%(title)s”（编号 %(number)s）与另一件正在处理的是同一件事，我们合在一起处理，结果会一并告诉您。"
    ),
    "unmerged": gettext_noop(
        "%(name)s，您好：“%(title)s”（编号 %(number)s）改为单独处理，您补充的内容都在，有进展会马上告诉您。"
    ),
    "withdrawn": gettext_noop("%(name)s，您好：“%(title)s”（编号 %(number)s）已按您的要求撤回，我们不再处理。"),
    "unreachable": gettext_noop(
        "%(name)s，您好：我们几次联系您确认“%(title)s”（编号 %(number)s）的处理结果都没有接通，现按规则办结。"
        "如果还没有解决，请直接回复本消息。"
    ),
    "survey": gettext_noop(
        "%(name)s，您好：“%(title)s”（编号 %(number)s）已处理完成，请您确认是否解决，并给效率、沟通和有效性评分（1 到 5 分，5 分最好）。"
        "没有解决也请告诉我们，我们会重新处理。"
    ),
    "acknowledgement": gettext_noop(
        "%(name)s，您好：您反映的“%(title)s”我们已经收到，编号 %(number)s。"
        "接下来会这样处理：%(process)s。预计 %(promised)s 前给您处理结果。"
    ),
}


def automatic_text(*, issue: Issue, kind: str, now: datetime) -> str:
    """The message of that kind in the contact's language; times in the contact's zone, said so (correctness 31)."""
    contact = issue.contact
    language = contact.language if contact else "zh-hans"
    with translation.override(language):
        return gettext(TEXTS[kind]) % {
            "name": contact.name if contact else issue.customer_name,
            "title": issue.title,
            "number": issue.number,
            **(_expected(issue, language, now) if kind == "acknowledgement" else {}),
        }


def _expected(issue: Issue, language: str, now: datetime) -> dict[str, str]:
    """The way that lies ahead in the customer's words, and until when."""
    english = language.startswith("en")
    process = " → ".join(
        (phase.customer_name_en if english else phase.customer_name) or phase.name
        for phase in flows.chart_of(issue.instance.version_id).phases
    )
    zone = zone_for(issue.contact.zone if issue.contact else "", settings.TIME_ZONE)
    there = (issue.promised_at or now).astimezone(ZoneInfo(zone))
    return {"process": process, "promised": f"{there:%Y-%m-%d %H:%M} ({zone})"}

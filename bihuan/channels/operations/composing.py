"""From an outgoing entry to the mail that carries it."""

from datetime import datetime
from email.message import EmailMessage

from django.conf import settings
from django.utils.crypto import salted_hmac

from bihuan.channels import queries, threads, wording
from bihuan.channels.kinds.email.compose import OutgoingFile, Reply, build_reply
from bihuan.channels.models import Delivery
from bihuan.core.links import sign_link
from bihuan.customers.rules.zones import zone_for
from bihuan.flows import queries as flows
from bihuan.issues.models import Entry, Issue, ThirdPartyThread
from bihuan.issues.operations.attachments import path_of


def loop_token() -> str:
    """By this our own mails are known when they come back."""
    return salted_hmac("bihuan.mail.loop", settings.MAIL_ADDRESS).hexdigest()[:20]


def _language(issue: Issue) -> str:
    return issue.contact.language if issue.contact else "zh-hans"


def _acknowledgement(issue: Issue, url: str) -> wording.Worded:
    english = _language(issue).startswith("en")
    chart = flows.chart_of(issue.instance.version_id)
    phases = [
        ((phase.customer_name_en, phase.customer_text_en) if english else (phase.customer_name, phase.customer_text))
        for phase in chart.phases
    ]
    return wording.acknowledgement(
        wording.Acknowledged(
            customer=issue.contact.name if issue.contact else issue.customer_name,
            number=issue.number,
            title=issue.title,
            phases=phases,
            url=url,
            promised=issue.promised_at,
            company=settings.COMPANY_NAME,
            zone=zone_for(issue.contact.zone if issue.contact else "", settings.TIME_ZONE),
        ),
        language=_language(issue),
    )


def worded(entry: Entry, now: datetime) -> wording.Worded:
    """The entry as the customer reads it, with the signed progress link."""
    issue = entry.issue
    url = f"{settings.PUBLIC_URL}/p/{sign_link(purpose='progress', subject=issue.pk, now=now)}/"
    if entry.code == "acknowledgement":
        return _acknowledgement(issue, url)
    return wording.reply(
        entry.text, number=issue.number, url=url, company=settings.COMPANY_NAME, language=_language(issue)
    )


def _files(entry: Entry) -> list[OutgoingFile]:
    return [
        OutgoingFile(name=file.name, type=file.media_type, data=path_of(file).read_bytes())
        for file in entry.attachments.all()
        if path_of(file).is_file()
    ]


def compose(delivery: Delivery, *, answered: str, now: datetime) -> EmailMessage:
    """The mail of a delivery; the same Message-ID at every attempt. ``answered`` is the Message-ID of the customer's
    latest mail, "" when there is none."""
    entry, issue = delivery.entry, delivery.issue
    if entry.third_party is not None:
        return _compose_outside(delivery, entry.third_party)
    said = worded(entry, now)
    return build_reply(
        Reply(
            sender_name=settings.COMPANY_NAME,
            sender_address=settings.MAIL_ADDRESS,
            to_name=issue.contact.name if issue.contact else "",
            to_address=delivery.recipient,
            subject=issue.title,
            text=said.text,
            html=said.html,
            message_id=delivery.message_id,
            number=issue.number,
            root_message_id=threads.root_message_id(issue_id=issue.pk),
            in_reply_to=answered,
            references=[answered] if answered else [],
            reply_to=threads.reply_address(issue_id=issue.pk),
            automatic=delivery.automatic,
            loop_token=loop_token(),
            date=entry.at,
            files=_files(entry),
        )
    )


def _compose_outside(delivery: Delivery, thread: ThirdPartyThread) -> EmailMessage:
    """To a third party: what was written and no more; no link that is the customer's, no name but the company's."""
    entry = delivery.entry
    said = wording.outside(entry.text, company=settings.COMPANY_NAME)
    answered = queries.latest_message_id_from_outside(third_party_id=thread.pk)
    number = delivery.issue.number
    return build_reply(
        Reply(
            sender_name=settings.COMPANY_NAME,
            sender_address=settings.MAIL_ADDRESS,
            to_name=thread.name,
            to_address=delivery.recipient,
            subject=thread.subject if answered else f"{thread.subject} [#{number}]",
            text=said.text,
            html=said.html,
            message_id=delivery.message_id,
            number=number,
            begins=not answered,
            root_message_id=threads.root_message_id(issue_id=thread.issue_id, third_party_id=thread.pk),
            in_reply_to=answered,
            references=[answered] if answered else [],
            reply_to=threads.reply_address(issue_id=thread.issue_id, third_party_id=thread.pk),
            loop_token=loop_token(),
            date=entry.at,
            files=_files(entry),
        )
    )

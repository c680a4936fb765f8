"""Whether a machine sent a mail, and whether an automatic answer may go out (correctness 44, 45, 55)."""

import re
from collections.abc import Set
from dataclasses import dataclass

from bihuan.channels.kinds.email.addresses import Person
from bihuan.channels.kinds.email.headers import Headers
from bihuan.channels.kinds.email.model import Auto

LOOP_HEADER = "X-Bihuan-Loop"
_DAEMONS = re.compile(
    r"(?:mailer-daemon|mail-daemon|mailerdaemon|mail\.daemon|maildelivery|mail_delivery)(?:@.*)?"
    r"|bounces?[+@-].*",
    re.IGNORECASE,
)
_MACHINES = re.compile(
    "|".join(
        (
            r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|auto[-_.]?(?:reply|mailer|responder)|automailer|notifications?)(?:[-_.+].*)?@.*",
            r"(?:listserv|majordomo|postmaster|root|nobody|daemon|.*-request|.*-bounces|.*-owner|owner-.*)@.*",
        )
    ),
    re.IGNORECASE,
)
_ANSWER = r"(?:re|aw|sv|fw|fwd|回复|答复|回覆|转发)\s*[:：]\s*"
_OUT_OF_OFFICE = re.compile(
    rf"(?:{_ANSWER}){{0,3}}[\[【(（<]?\s*(?:"
    + "|".join(
        (
            r"(?:休假|请假|外出|离职|假期|节日|系统)?\s*自动(?:回复|答复|回覆|应答|回信)",
            "自動(?:回覆|回复|答覆|応答|返信)",
            r"(?:休假|外出|离职|不在办公室)(?:通知|提醒|提示|自动回复)",
            "不在办公室",
            "外出时的自动答复",
            r"auto(?:matic|mated)?[\s-]?(?:reply|response|antwort|responder|generated\s+reply)\b",
            r"out\s+of\s+(?:the\s+)?office\b",
            r"ooo\b",
            r"on\s+(?:vacation|leave|holiday)\b",
            r"vacation\s+(?:reply|message|notice)",
            "abwesenheits(?:notiz|nachricht)",
            r"automatische\s+antwort",
            r"réponse\s+automatique",
            r"absence\s+du\s+bureau",
            r"respuesta\s+automática",
            r"risposta\s+automatica",
            r"resposta\s+automática",
            "автоответ",
            "부재중",
        )
    )
    + r")\s*(?:[\]】)）>:：\-—].*|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_SAYS_AUTOMATIC = re.compile(
    r"(?:\A|\n)\W{0,3}(?:"
    + "|".join(
        (
            r"(?:此|本|这|這)(?:是|为)?(?:一)?封?(?:邮件|郵件|信)?(?:是|为|為)?(?:由)?(?:系统|系統)?自动(?:发送|回复|生成|发出)",
            r"自动回复[\]】)）]?\s*[:：]",
            r"(?:自动回复|系统邮件|系统自动发送)[，,。；;\s]{0,3}请勿(?:直接)?回复",
            r"this\s+is\s+an\s+auto(?:matic|mated|matically\s+generated)?\s*(?:e-?mail\s+)?(?:reply|response|message)",
        )
    )
    + ")",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(
    r"\s*(?:已读|已讀|读取回执|阅读回执|已读回执|讀取回條|回执|未读|read(?:\s+receipt)?|not\s+read|gelesen|leído)\s*[:：]",
    re.IGNORECASE,
)
_READ = re.compile(
    r"已(?:于|在|被)?.{0,60}(?:读取|阅读|閱讀|讀取|打开|查看)|已读|was\s+read|has\s+been\s+(?:read|displayed)|read\s+on",
    re.IGNORECASE | re.DOTALL,
)
_BOUNCE_SUBJECT = re.compile(
    r"\s*(?:"
    + "|".join(
        (
            r"undeliver(?:ed|able)",
            r"delivery\s+(?:status\s+notification|failure|has\s+failed)",
            r"failure\s+notice",
            r"mail\s+delivery\s+(?:failed|failure|system)",
            r"returned\s+mail",
            "系统退信",
            "退信",
            "邮件投递失败",
            "投递失败",
            "无法投递",
            "未送达",
            "無法傳遞",
            "邮件退回",
            "未能送达",
        )
    )
    + ")",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Who sent it (None: a person) and the sign by which it is known."""

    auto: Auto | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Everything the rules look at."""

    headers: Headers
    sender: Person
    subject: str
    said: str
    report: str
    calendar: str
    envelope_from: str | None
    own_addresses: Set[str]
    loop_token: str | None


def classify(signs: Signs) -> Finding:
    """The first rule that applies: own · bounce · receipt · automatic answer · list."""
    for rule in (_own, _bounce, _receipt, _auto_reply, _list):
        found = rule(signs)
        if found is not None:
            return found
    return Finding()


def no_reply_reason(signs: Signs, found: Finding) -> str:
    """Why no automatic answer may go to this mail; '' when one may."""
    if found.auto is not None:
        return found.reason
    if not signs.sender.address:
        return "no_sender"
    if _MACHINES.fullmatch(signs.sender.address):
        return "machine_address"
    if signs.headers.has("x-auto-response-suppress"):
        return "suppress_header"
    return "other_loop_header" if signs.headers.has(LOOP_HEADER.lower()) else ""


def _own(signs: Signs) -> Finding | None:
    token = signs.headers.text(LOOP_HEADER.lower())
    if token and (signs.loop_token is None or token == signs.loop_token):
        return Finding("own", "loop_header")
    own = {address.lower() for address in signs.own_addresses}
    return Finding("own", "own_address") if signs.sender.key in own and signs.sender.key else None


def _bounce(signs: Signs) -> Finding | None:
    if signs.report == "delivery-status":
        return Finding("bounce", "delivery_report")
    if _DAEMONS.fullmatch(signs.sender.address or signs.sender.name):
        return Finding("bounce", "mailer_daemon")
    if signs.headers.has("x-failed-recipients"):
        return Finding("bounce", "failed_recipients")
    system = signs.sender.key.partition("@")[0] in ("postmaster", "system", "admin", "mailadmin")
    if _BOUNCE_SUBJECT.match(signs.subject) and (system or _null_path(signs)):
        return Finding("bounce", "bounce_subject")
    if _null_path(signs):
        return _receipt(signs) or _auto_reply(signs) or Finding("bounce", "null_return_path")
    return None


def _null_path(signs: Signs) -> bool:
    if signs.envelope_from is not None:
        return signs.envelope_from.strip("<> ") == ""
    path = signs.headers.raw("return-path")
    return path is not None and path.strip() == b"<>"


def _receipt(signs: Signs) -> Finding | None:
    if signs.report == "disposition-notification":
        return Finding("receipt", "read_receipt")
    if signs.calendar:
        return Finding("receipt", f"calendar_{signs.calendar.lower()}")
    if _RECEIPT_SUBJECT.match(signs.subject) and len(signs.said) < 600 and _READ.search(signs.said):
        return Finding("receipt", "receipt_subject")
    return None


_MARKS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoreply-from",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-autoresponder",
    "x-automatic-reply",
    "x-fc-machinegenerated",
    "x-autogenerated",
)


def _auto_reply(signs: Signs) -> Finding | None:
    submitted = signs.headers.plain("auto-submitted").split(";", 1)[0].strip()
    if submitted and submitted != "no":
        return Finding("auto_reply", "auto_submitted")
    if any(signs.headers.has(mark) and signs.headers.plain(mark) not in ("no", "false") for mark in _MARKS):
        return Finding("auto_reply", "auto_reply_header")
    if signs.headers.plain("precedence") in ("auto_reply", "auto-reply"):
        return Finding("auto_reply", "precedence")
    suppress = set(re.split(r"[\s,;]+", signs.headers.plain("x-auto-response-suppress")))
    if suppress & {"all", "oof", "autoreply"}:
        return Finding("auto_reply", "suppress_header")
    return _by_words(signs)


def _by_words(signs: Signs) -> Finding | None:
    """Where programs set no header: the words of the subject, and of a short text."""
    if _OUT_OF_OFFICE.match(signs.subject):
        return Finding("auto_reply", "subject")
    if 0 < len(signs.said) <= 500 and _SAYS_AUTOMATIC.search(signs.said):
        return Finding("auto_reply", "text")
    return None


_LIST_FIELDS = ("list-id", "list-post", "x-mailing-list", "mailing-list", "x-listname")


def _list(signs: Signs) -> Finding | None:
    if any(signs.headers.has(name) for name in _LIST_FIELDS):
        return Finding("list", "list_id")
    if signs.headers.plain("precedence") in ("bulk", "list", "junk"):
        return Finding("list", "precedence")
    if signs.headers.has("list-unsubscribe"):
        return Finding("list", "list_unsubscribe")
    return None

"""How mail programs mark what they quote: separators, header blocks, introductions. Tables of patterns."""

import re
from collections.abc import Sequence
from typing import Literal

Label = Literal["from", "date", "to", "cc", "subject", "other"]

LONGEST_LINE = 1_000

_FROM = (
    "from",
    "发件人",
    "发信人",
    "寄件人",
    "寄件者",
    "寄信人",
    "送信者",
    "差出人",
    "보낸 사람",
    "보낸사람",
    "von",
    "de",
    "da",
    "от",
    "van",
    "från",
    "od",
    "expéditeur",
    "remitente",
)
_DATE = (
    "date",
    "sent",
    "sent on",
    "发送时间",
    "发送日期",
    "发件日期",
    "发件时间",
    "时间",
    "日期",
    "寄件日期",
    "寄件日期时间",
    "傳送時間",
    "日期時間",
    "時間",
    "送信日時",
    "日付",
    "보낸 날짜",
    "날짜",
    "gesendet",
    "datum",
    "gesendet am",
    "envoyé",
    "enviado",
    "enviado el",
    "fecha",
    "data",
    "inviato",
    "отправлено",
    "дата",
    "verzonden",
    "skickat",
)
_TO = (
    "to",
    "收件人",
    "收信人",
    "收件者",
    "宛先",
    "받는 사람",
    "an",
    "à",
    "para",
    "a",
    "кому",
    "aan",
    "till",
    "destinataire",
)
_CC = (
    "cc",
    "抄送",
    "抄送人",
    "副本",
    "bcc",
    "密送",
    "참조",
    "kopie",
    "копия",
    "reply-to",
    "回复",
    "答复",
    "importance",
    "重要性",
    "附件",
    "attachments",
)
_SUBJECT = (
    "subject",
    "主题",
    "标题",
    "主旨",
    "主題",
    "標題",
    "件名",
    "제목",
    "betreff",
    "objet",
    "asunto",
    "oggetto",
    "assunto",
    "тема",
    "onderwerp",
    "ämne",
)
_LABELS: dict[str, Label] = {
    **dict.fromkeys(_FROM, "from"),
    **dict.fromkeys(_DATE, "date"),
    **dict.fromkeys(_TO, "to"),
    **dict.fromkeys(_CC, "cc"),
    **dict.fromkeys(_SUBJECT, "subject"),
}
_LABELLED = re.compile(r"[\s>*|_]{0,8}([^\W\d_][^:：|*>\n]{0,18}?)[\s*_]{0,4}[:：][\s*_]*(.*)", re.DOTALL)
_CELLS = re.compile(r"\s*\|\s*([^|:：]{1,20}?)\s*[:：]?\s*\|\s*(.+?)\s*\|?\s*", re.DOTALL)

_ORIGINAL = "|".join(
    (
        r"original\s+message",
        r"original\s+appointment",
        r"original\s+e-?mail",
        "original",
        r"replied\s+message",
        r"reply\s+message",
        "原始邮件",
        "原始信息",
        "原始消息",
        "原邮件",
        "回复的原邮件",
        "回复的邮件",
        "邮件原件",
        "原件",
        "原始郵件",
        "原始信件",
        "原郵件",
        "历史邮件",
        "往来邮件",
        "元のメッセージ",
        "original-nachricht",
        r"ursprüngliche\s+nachricht",
        r"ursprüngliche\s+mail",
        r"message\s+d['’]origine",
        r"mensaje\s+original",
        r"messaggio\s+originale",
        r"mensagem\s+original",
        r"исходное\s+сообщение",
        r"oorspronkelijk\s+bericht",
        r"원본\s*메시지",
    )
)
_FORWARDED = "|".join(
    (
        r"forwarded\s+message",
        r"forwarded\s+by\s.{1,80}",
        r"begin\s+forwarded\s+message:?",
        r"forwarded\s+mail",
        "转发邮件信息",
        "转发的邮件",
        "转发的原邮件",
        "转发邮件",
        "转发信息",
        "轉寄郵件",
        "轉寄的郵件",
        "轉寄的信件",
        "已转发(?:的)?邮件",
        "转发开始",
        "开始转发的邮件[:：]?",
        r"weitergeleitete\s+nachricht",
        r"message\s+transféré",
        r"mensaje\s+reenviado",
        r"пересылаемое\s+сообщение",
        "転送メッセージ",
        r"전달된\s*메시지",
    )
)
_RULE = r"[-—–_=*~─━]{2,}"
ORIGINAL = re.compile(rf"[\s>]*{_RULE}\s*(?:{_ORIGINAL})\s*[:：]?\s*{_RULE}\s*", re.IGNORECASE)
ORIGINAL_BARE = re.compile(r"[\s>]*(?:<\s*原始邮件\s*>|【\s*原始?邮件\s*】|原始邮件[:：])\s*")
FORWARDED = re.compile(
    rf"[\s>]*(?:{_RULE}\s*(?:{_FORWARDED})\s*(?:{_RULE})?"
    r"|(?:begin\s+forwarded\s+message|开始转发的邮件)\s*[:：])\s*",
    re.IGNORECASE,
)
RULE_LINE = re.compile(r"[\s>]*(?:[-—–_=*~─━]\s?){5,}\s*")
QUOTED = re.compile(r"[ \t]{0,3}[>＞]")

_TIME_HINT = re.compile(r"\d{1,2}[:：]\d{2}")
_DATE_HINT = re.compile(
    "|".join(
        (
            r"\d{4}\s*[-/.年]\s*\d{1,2}",
            r"\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2,4}",
            r"\d{1,2}(?:st|nd|rd|th)?,?\s+\w{3,10}\.?,?\s+\d{4}",
            r"\w{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}",
            r"\d{1,2}\s*月\s*\d{1,2}\s*日",
        )
    )
)
_ADDRESS_HINT = re.compile(r"[^\s<>@,;]{1,64}@[^\s<>@,;]{1,255}")
# A whole introduction, its lines joined by blanks.
_WROTE = re.compile(
    r"(?:"
    + "|".join(
        (
            r"\W{0,4}(?:On|At|in\s+message)\b.{4,380}?(?:wrote|writes|said|has\s+written)\s*[:：]",
            r".{2,380}?(?:写道|寫道|写到|寫到|写信说|写了|来信说|書きました|のメッセージ|님이\s*작성)\s*[:：,，]?",
            r"\W{0,4}(?:Am|Den|Op|Le|El|Il|Em|Dne|W\s+dniu)\b.{4,380}?"
            r"(?:schrieb|skrev|schreef|a\s+écrit|escribió|ha\s+scritto|escreveu|napsal|napisał)\b.{0,120}?[:：]",
            r".{4,380}?\b(?:пишет|написал|написала)\s*[:：]",
        )
    )
    + r")\s*",
    re.IGNORECASE | re.DOTALL,
)
_SAID = re.compile(
    r"wrote|writes|said|written|写|寫|说|説|書き|メッセージ|작성|schrieb|skrev|schreef|crit|escrib|scritto|escrev|napsal"
    r"|napisa|пишет|написал",
    re.IGNORECASE,
)
# The first line of an introduction that goes on in the next one.
_STARTS = re.compile(
    r"\W{0,4}(?:(?:On|At|Am|Den|Op|Le|El|Il|Em|Dne|W\s+dniu|In\s+message)\b|(?:在|于|於)\s?\S{0,6}\d"
    r"|\d{4}\s?[-/.年]\s?\d|\d{2}[./]\d{2}[./]\d{4})"
    r"|[^<>]{0,60}<[^<>@\s]{1,64}@[^<>@\s]{1,255}>",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\S{1,100}.{0,200}\b(?:writes|wrote)\s*[:：]\s*", re.IGNORECASE)


def label_of(line: str) -> tuple[Label, str] | None:
    """The header label with which a line begins (``发件人：张三``, ``*From:* …``, ``| 日期 | … |``), and the rest."""
    if len(line) > LONGEST_LINE:
        return None
    match = _LABELLED.fullmatch(line) or _CELLS.fullmatch(line)
    if match is None:
        return None
    label = _LABELS.get("".join(match.group(1).split()).casefold()) or _LABELS.get(match.group(1).strip().casefold())
    return (label, match.group(2).strip()) if label else None


def is_original_mark(line: str) -> bool:
    """A separator above the mail that is answered."""
    return len(line) <= 200 and bool(ORIGINAL.fullmatch(line) or ORIGINAL_BARE.fullmatch(line))


def is_forward_mark(line: str) -> bool:
    """A separator above a mail that is passed on."""
    return len(line) <= 200 and FORWARDED.fullmatch(line) is not None


def is_introduction(joined: str) -> bool:
    """``On … wrote:``, ``在 … 写道：``, ``张三 <a@b> 于…写道：``: a date or an address, and that somebody wrote."""
    if len(joined) > 400 or _WROTE.fullmatch(joined) is None:
        return False
    if _DATE_HINT.search(joined) or _ADDRESS_HINT.search(joined):
        return True
    return bool(_TIME_HINT.search(joined) and _STARTS.match(joined))


def says_so(line: str) -> bool:
    """Whether the line has a word such as *wrote*: without one no introduction ends in it."""
    return len(line) <= 400 and _SAID.search(line) is not None


def may_begin_introduction(line: str) -> bool:
    return len(line) <= 400 and _STARTS.match(line) is not None


def is_bare_introduction(line: str) -> bool:
    """A line that ends in a colon and names a date and an address, in any language; also Usenet's ``x writes:``."""
    bare = line.strip()
    if len(bare) > 300 or bare[-1:] not in ":：":
        return False
    named = _ADDRESS_HINT.search(bare) is not None
    return named and (bool(_DATE_HINT.search(bare) or _TIME_HINT.search(bare)) or _SAYS.fullmatch(bare) is not None)


def header_block_end(lines: Sequence[str], start: int, *, quoted: bool = False) -> int | None:
    """Where the header block that begins at ``start`` ends; None when none begins there.

    A block names a sender and at least one more of date, recipient, subject, within a few lines: three things in all,
    or two and an address. A line between two labels continues the one above it.
    """
    labels: set[Label] = set()
    end = at = start
    addressed = False
    while at < min(len(lines), start + 14):
        line = lines[at].lstrip("> ") if quoted else lines[at]
        found = label_of(line)
        if found is None and (at == start or (not line.strip() and len(labels) >= 2)):
            break
        if found is not None:
            labels.add(found[0])
            addressed |= "@" in found[1]
            end = at + 1
        elif at - end >= 2:
            break
        at += 1
    enough = len(labels) >= 3 or (len(labels) == 2 and addressed)
    return end if "from" in labels and labels & {"date", "to", "subject"} and enough else None

"""Signatures: what stands below a message in every mail of its sender.

Taken off only where the signs are clear, because in a short mail the telephone number may be the message: a
delimiter, a phone's own line, a list's footer, the sender's name alone, or a short block with contact details.
"""

import re
from collections.abc import Sequence

from bihuan.channels.kinds.email.quote_marks import RULE_LINE

_DELIMITER = re.compile(r"\s{0,3}(?:--|—|——|––)\s*")
_DASH_NAME = re.compile(r"\s{0,3}[-—–]{1,2}\s?(?:[A-Z][\w.'-]*(?:\s+[A-Z][\w.'-]*){0,3}|[\u4e00-\u9fff·]{2,6})\s*")
_DEVICE = re.compile(
    r"\W{0,3}(?:"
    + "|".join(
        (
            r"(?:sent|send)\s+from\s+my\s+\w+(?:\s+\w+){0,3}\.?",
            r"sent\s+(?:from|via|with|using)\s+(?:mail|outlook|yahoo|gmail|samsung|proton(?:mail)?|windows|blackberry|foxmail)\b.{0,60}",
            r"sent\s+(?:from|via|with|using)\s+(?:qq|wecom|sparrow|mobile|the)\b.{0,60}",
            r"get\s+outlook\s+for\s+\w+.{0,60}",
            r"via\s+mobile",
            r"(?:发自|发送自|来自|寄自|發自|傳送自)\s*(?:我的|网易|網易|新浪|阿里|钉钉|企业微信).{0,30}",
            r"(?:发自|发送自|来自)\s*(?:qq|outlook|windows|foxmail).{0,30}",
            r"(?:发自|发送自|来自|寄自|發自|傳送自)\s*(?:iphone|ipad|华为|小米|三星|荣耀|oppo|vivo).{0,30}",
            r"(?:从|從)\s*(?:我的\s*)?.{1,24}(?:发送|发出|傳送|寄出)",
            r"(?:获取|下载|取得)\s*.{0,20}\s*outlook.{0,60}",
            r"iphone\s*から送信",
            r"나의\s.{1,20}에서\s*보냄",
            r"von\s+meinem\s.{1,30}\sgesendet",
            r"envoyé\s+(?:de|depuis)\s+mon\s.{1,30}",
            r"enviado\s+desde\s+mi\s.{1,30}",
            r"отправлено\s+с\s.{1,30}",
        )
    )
    + r")\s*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\W{0,3}(?:"
    + "|".join(
        (
            r"thanks?(?:\s+you)?(?:\s+(?:very\s+much|so\s+much|again|in\s+advance))?",
            r"many\s+thanks",
            r"(?:best|kind|warm)?\s*regards",
            r"best(?:\s+wishes)?",
            r"cheers",
            r"sincerely(?:\s+yours)?",
            r"yours\s+(?:sincerely|truly|faithfully)",
            "br",
            "rgds",
            "此致",
            "敬礼",
            "敬禮",
            "祝好",
            "祝您?(?:工作)?(?:愉快|顺利|順利|生活愉快)",
            "顺祝?商祺",
            "顺颂商祺",
            "順頌商祺",
            "商祺",
            "谢谢",
            "謝謝",
            "多谢",
            "感谢",
            "致礼",
            "以上",
            "敬上",
            "敬启",
            r"с\s+уважением",
        )
    )
    + r")(?:\s*敬礼)?[\s,，.。!！~～]*",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    "|".join(
        (
            r"(?<![\w.])(?:t|tel|phone|telephone|mob|mobile|cell|fax|f|m|p|skype|e-?mail|mail|web|website|add|address)"
            r"\s*[.:：/]\s*\S",
            r"(?<![\w.])(?:qq|wechat|wx)\s*[.:：/]\s*\S",
            r"(?:电话|手机|座机|热线|传真|邮箱|邮件|邮编|地址|网址|官网|主页|微信号?|公司|部门|职务)"
            r"\s*(?:\([^()]{1,10}\))?\s*[.:：]\s*\S",
            r"(?:联系方式|電話|手機|傳真|郵箱|網址)\s*[.:：]\s*\S",
            r"https?://\S",
            r"(?<![\w@.])www\.[\w.-]+",
            r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}",
            r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)",
            r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)",
            r"\(?\d{3}\)?[- .]\d{3}[- .]\d{4}(?!\d)",
            r"\+\d{1,3}[- .]?\(?\d{1,4}\)?[- .]\d{3,}",
        )
    ),
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(?:有限公司|股份公司|集团|公司|研究院|事业部|Ltd\.?|Inc\.?|GmbH|Co\.,?|LLC)\s*[，,.。]?\s*$", re.IGNORECASE
)
_LIST_FOOTER = re.compile(r"mailing\s+list|unsubscribe|listinfo|@lists?\.|邮件列表|退订", re.IGNORECASE)
_DISCLAIMER = re.compile(
    r"\W{0,4}(?:"
    + "|".join(
        (
            r"this\s+(?:e-?mail|message)(?:\s+\S+){0,6}?\s+(?:confidential|privileged|intended)",
            r"confidentiality\s+notice",
            r"disclaimer\s*[:：]?",
            r"(?:保密|免责|免責|重要)(?:提示|声明|聲明|公告)\s*[:：]?",
            r"(?:本|此)(?:电子)?邮件(?:及其?附件)?(?:所?含|包含|内容|可能).{0,20}(?:保密|机密|商业秘密|专有)",
        )
    )
    + ")",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:\d{1,2}\s*[.、)）]\s?|[-*•·]\s)\S")
MOST_BLOCK_LINES = 16
LONGEST_BLOCK = 30
LONGEST_SIGNATURE_LINE = 100
Span = tuple[int, int]


def signature_spans(lines: Sequence[str], quoted: Sequence[bool], *, sender: str = "") -> list[Span]:
    """The line ranges of signatures, from the bottom: at the end of what stands above a quotation or of the whole.

    A stretch between quotations that is a signature and nothing else counts when something was written above it.
    """
    spans: list[Span] = []
    end = len(lines)
    while end > 0:
        start = next((at + 1 for at in range(end - 1, -1, -1) if quoted[at]), 0)
        filled = [at for at in range(start, end) if lines[at].strip()]
        if filled:
            alone = not any(line.strip() and not cited for line, cited in zip(lines[:start], quoted, strict=False))
            cut = _cut_from(lines, filled[0], filled[-1] + 1, sender, whole=not alone)
            if cut <= filled[-1]:
                spans.append((cut, end))
            if cut > filled[0]:
                break
        end = next((at + 1 for at in range(start - 1, -1, -1) if not quoted[at]), 0)
    return spans


def split_signature(text: str, *, sender: str = "") -> tuple[str, str]:
    """(message, signature) of a text without quotations; '' when no signature is seen."""
    lines = text.replace("\r\n", "\n").split("\n")
    stop = len(lines)
    while stop > 0 and not lines[stop - 1].strip():
        stop -= 1
    cut = _cut_from(lines, 0, stop, sender, whole=False)
    return "\n".join(lines[:cut]).rstrip(), "\n".join(lines[cut:stop]).strip("\n")


def _cut_from(lines: Sequence[str], start: int, stop: int, sender: str, *, whole: bool) -> int:
    """Where the signature of ``lines[start:stop]`` begins; ``stop`` without one. Takes all only with ``whole``."""
    cut = stop
    for _ in range(6):
        bottom = cut
        while bottom > start and not lines[bottom - 1].strip():
            bottom -= 1
        found = _one_cut(lines, start, bottom, sender)
        if found >= bottom or not (whole or any(line.strip() for line in lines[start:found])):
            break
        cut = found
    return cut


def _one_cut(lines: Sequence[str], start: int, stop: int, sender: str) -> int:
    """The highest line from which one sign of a signature explains everything down to ``stop``."""
    found = [stop]
    for at in range(max(start, stop - LONGEST_BLOCK), stop):
        below = lines[at + 1 : stop]
        delimited = _DELIMITER.fullmatch(lines[at]) and not _is_list(below)
        if delimited or (RULE_LINE.fullmatch(lines[at]) and _is_footer(below)):
            found.append(at)
        elif _DISCLAIMER.match(lines[at]) and (at == start or not lines[at - 1].strip()):
            found.append(at)
    last = lines[stop - 1] if stop > start else ""
    if _DEVICE.fullmatch(last) or (_DASH_NAME.fullmatch(last) and (stop - 2 < start or not lines[stop - 2].strip())):
        found.append(stop - 1)
    found.append(_block_cut(lines, start, stop, sender))
    return min(found)


def _is_list(lines: Sequence[str]) -> bool:
    """Whether items follow: then two dashes were a rule inside the message."""
    return any(_ITEM.match(line) for line in lines)


def _is_footer(lines: Sequence[str]) -> bool:
    """Whether what stands below a rule is a list's footer or a business card."""
    filled = [line for line in lines if line.strip()]
    if not filled or len(filled) > MOST_BLOCK_LINES or any(len(line) > 2 * LONGEST_SIGNATURE_LINE for line in filled):
        return False
    contacts = sum(bool(_CONTACT.search(line)) for line in filled)
    return contacts >= 2 or any(_LIST_FOOTER.search(line) for line in filled) or (contacts == 1 and len(filled) <= 5)


def _block_cut(lines: Sequence[str], start: int, stop: int, sender: str) -> int:
    """The beginning of the last paragraph when it reads like a business card or is the sender's name, with the
    closing words above a card."""
    top = stop
    while top > start and lines[top - 1].strip():
        top -= 1
    block = lines[top:stop]
    if not block or len(block) > MOST_BLOCK_LINES or any(len(line) > LONGEST_SIGNATURE_LINE for line in block):
        return stop
    closing = next((at for at, line in enumerate(block) if _CLOSING.fullmatch(line)), None)
    card = block[closing + 1 :] if closing is not None else block
    if not _is_card(card, sender) and not _is_name(card, sender):
        return stop
    return _with_closing(lines, start, top + (closing or 0))


def _with_closing(lines: Sequence[str], start: int, at: int) -> int:
    """Closing words above a business card belong to it."""
    above = at - 1
    while above > start and (not lines[above].strip() or _CLOSING.fullmatch(lines[above])):
        if lines[above].strip():
            at = above
        above -= 1
    return at


def _is_card(block: Sequence[str], sender: str) -> bool:
    if not block:
        return False
    contacts = sum(bool(_CONTACT.search(line)) for line in block)
    company = any(_COMPANY.search(line.strip()) for line in block)
    named = _same_name(block[0], sender)
    others = len(block) - contacts
    return contacts >= 1 and (contacts >= 2 or company or named) and others <= 4 + contacts and not _is_prose(block)


def _is_prose(block: Sequence[str]) -> bool:
    """Sentences are no business card."""
    return any(line.rstrip()[-1:] in "。？！?!；;" or len(line.split()) > 12 for line in block if line.strip())


def _is_name(block: Sequence[str], sender: str) -> bool:
    return bool(block) and len(block) <= 3 and _same_name(block[0], sender) and all(len(line) <= 40 for line in block)


def _same_name(line: str, sender: str) -> bool:
    name = sender.partition("<")[0].strip().strip("\"'").casefold()
    return bool(name) and "@" not in name and line.strip(" \t-—–,，.").casefold() == name

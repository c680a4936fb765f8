"""Which characters the bytes of a text file mean."""

import codecs
import re
from functools import cache
from typing import Final, Protocol, cast

from bihuan.procedures.refusals import TextRefused

_SAMPLE: Final = 200_000
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
# What no text holds: control characters, private use, what is not assigned, and what could not be decoded.
_BAD = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\ufdd0-\ufdef\ufffe\uffff]")
_HIGH: Final = bytes(range(0x80, 0x100))
_MOSTLY: Final = 0.85
_MOST_BAD: Final = 0.03
_FEWEST_COMMON: Final = 0.08
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMON: Final = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法"
    "所得经十三之进等部度家电力里如水化高自二理起小物现加量都两制机当使点从业本去把性好应开它合还因由其些前外天政四日那社义"
    "事平形全表间样与关各重新线内数正心反明看原又比或但质气第向道此变条只没结解问意建月公无系很情者最立代想已通并提直题程展"
    "五果料员位入文总次品式设及管特件长求基资边流路级少图统接知较将组见计期根据处理客户服务请收到后若则由及表人单填责任反馈"
    "必须应当投诉受理登记确认回访经办审批部门主管流程步骤如果否需要通知时限内办理完成记录信息方案处置结果联系"
)


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter() -> _Converter:
    import opencc  # loads a dictionary: only who reads texts pays for it

    return cast(_Converter, opencc.OpenCC("t2s"))


def simplified(text: str) -> str:
    """Traditional characters as simplified ones."""
    return _converter().convert(text) if text and not text.isascii() else text


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises `TextRefused` (`not_text`) for what is no text."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(name, "replace").removeprefix("\ufeff")), name
    try:
        return _checked(data.decode("utf-8"), guessed=False), "utf-8"
    except UnicodeDecodeError:
        pass
    except TextRefused:
        if b"\x00" not in data[:_SAMPLE]:
            raise
    sample = data[:_SAMPLE]
    name = max(_candidates(sample), key=lambda one: _score(sample.decode(one, "replace")))
    return _checked(data.decode(name, "replace")), name


def _candidates(sample: bytes) -> tuple[str, ...]:
    # Only two-byte text has zero bytes; without them it is told apart by its score alone.
    wide = ("utf-16-le", "utf-16-be")
    if sample.count(0) > len(sample) // 20:
        return wide
    latin = len(sample.translate(None, delete=_HIGH)) > _MOSTLY * len(sample)
    return ("utf-8", "gb18030", "big5hkscs", *(() if latin else wide))


def _score(text: str) -> float:
    if not text:
        return 0.0
    plain = simplified(text)
    common = sum(map(_COMMON.__contains__, plain))
    odd = len(_BAD.findall(plain)) + sum(1 for one in plain if one > "\u02ff" and not _expected(one))
    return (common - 4 * odd) / len(plain)


def _expected(one: str) -> bool:
    return "\u2000" <= one <= "\u303f" or "\u4e00" <= one <= "\u9fff" or "\uff00" <= one <= "\uffef" or one > "\uffff"


def _checked(text: str, *, guessed: bool = True) -> str:
    sample = text[:_SAMPLE]
    if len(_BAD.findall(sample)) > _MOST_BAD * len(sample) + 2:
        raise TextRefused("not_text")
    if not guessed:
        return text
    han = _HAN.findall(simplified(sample))
    if len(han) > 200 and sum(map(_COMMON.__contains__, han)) < _FEWEST_COMMON * len(han):
        raise TextRefused("not_text")
    return text

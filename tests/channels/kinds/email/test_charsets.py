"""Charsets: declared, undeclared, wrong, unknown, hostile."""

import codecs

import pytest

from bihuan.channels.kinds.email.charset_names import known_charset
from bihuan.channels.kinds.email.charsets import decode, plausibility
from bihuan.channels.kinds.email.parse import parse_mail
from tests.channels.kinds.email.mails import mail, text_mail

TEXT = "您好，我们公司的设备出现故障，请尽快处理。"
TRADITIONAL = "您好，我們公司的設備出現故障，請儘快處理。"
UNTRUE = [
    None,
    "us-ascii",
    "iso-8859-1",
    "windows-1252",
    "utf-8",
    "x-unknown",
    "no-such-charset",
    "rot13",
    "zlib",
    "utf-7",
    "iso-2022-jp",
]


@pytest.mark.correctness(51)
@pytest.mark.parametrize("declared", UNTRUE)
@pytest.mark.parametrize(
    ("charset", "text"), [("gb2312", TEXT), ("gb18030", TEXT + "镕喆㐂"), ("big5", TRADITIONAL), ("utf-8", TEXT)]
)
def test_chinese_under_a_wrong_declaration(charset: str, text: str, declared: str | None) -> None:
    read = parse_mail(text_mail(text, charset, declared))
    assert read.text == text
    assert read.charset_repaired == (charset != "utf-8" or declared not in (None, "utf-8"))


@pytest.mark.correctness(51)
@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("gb2312", "gb2312"),
        ("gbk", "GBK"),
        ("gb18030", "gb18030"),
        ("gbk", "cp936"),
        ("utf-8", "UTF-8"),
        ("utf-8", '"utf-8"'),
        ("gb2312", "gb_2312-80"),
        ("gb2312", "HZ-GB-2312 "),
    ],
)
def test_chinese_under_a_true_declaration_is_no_repair(charset: str, declared: str) -> None:
    data = TEXT.encode("hz" if declared.startswith("HZ") else charset)
    read = parse_mail(mail(data, b"Content-Type: text/plain; charset=" + declared.encode()))
    assert (read.text, read.charset_repaired, read.defects) == (TEXT, False, ())


@pytest.mark.correctness(51)
@pytest.mark.parametrize("text", ["朱镕基", "喆", "㐂𠮷𪚥", "€100"])
def test_gb2312_that_holds_more_than_gb2312(text: str) -> None:
    read = parse_mail(text_mail(text, "gb18030", "gb2312"))
    assert (read.text, read.charset_repaired) == (text, True)


@pytest.mark.correctness(51)
@pytest.mark.parametrize("text", ["联通", "联", "请", "你好", "设备", "故障代码E05"])
def test_short_gbk_is_not_taken_for_utf_8(text: str) -> None:
    assert decode(text.encode("gbk"), None).text == text
    assert decode(text.encode("gbk"), "gb2312").text == text


@pytest.mark.correctness(51)
def test_utf_8_declared_as_gbk() -> None:
    read = parse_mail(text_mail(TEXT, "utf-8", "gb2312"))
    assert (read.text, read.charset_repaired) == (TEXT, True)


@pytest.mark.parametrize(("charset", "declared"), [("big5", "gb2312"), ("gbk", "big5")])
def test_simplified_and_traditional_mixed_up(charset: str, declared: str) -> None:
    text = TRADITIONAL if charset == "big5" else TEXT
    assert parse_mail(text_mail(text, charset, declared)).text == text


@pytest.mark.correctness(51)
@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-2022-jp", "価格表の送付について"),
        ("iso2022_jp_ext", "ｶﾅ価格"),
        ("iso-2022-kr", "안녕하세요"),
        ("shift_jis", "価格表の送付"),
        ("euc-jp", "価格表の送付"),
        ("euc-kr", "안녕하세요"),
        ("koi8-r", "Привет"),
        ("windows-1251", "Привет"),
        ("iso-8859-15", "Müller €5"),
        ("utf-16", "设备"),
        ("utf-7", "设备"),
    ],
)
def test_other_charsets_that_are_declared(charset: str, text: str) -> None:
    declared = {"iso2022_jp_ext": "iso-2022-jp"}.get(charset, charset)
    assert parse_mail(text_mail(text, charset, declared)).text == text


@pytest.mark.correctness(51)
def test_iso_2022_cn() -> None:
    shifted = bytes(byte & 0x7F for byte in "设备故障".encode("gb2312"))
    data = b"\x1b$)A\x0e" + shifted + b"\x0f E05\r\nnext \x1b$)A\x0e" + shifted + b"\x0f"
    read = parse_mail(mail(data, b"Content-Type: text/plain; charset=ISO-2022-CN"))
    assert (read.text, read.charset_repaired) == ("设备故障 E05\nnext 设备故障", False)
    assert parse_mail(mail(data)).text == "设备故障 E05\nnext 设备故障"
    assert parse_mail(mail(b"\x1b$)G\x0e\x21\x21", b"Content-Type: text/plain; charset=ISO-2022-CN")).text


@pytest.mark.correctness(51)
def test_undeclared_escapes_are_seen() -> None:
    assert parse_mail(mail("価格表".encode("iso-2022-jp"))).text == "価格表"


@pytest.mark.parametrize("text", ["Müller café", "naïve résumé", "Größe 5", "“quoted” – dash"])
@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", None])
def test_western_words(text: str, declared: str | None) -> None:
    assert decode(text.encode("cp1252"), declared).text == text
    assert decode(text.encode(), "utf-8").text == text


@pytest.mark.correctness(51)
def test_broken_bytes_stay_visible() -> None:
    cut = TEXT.encode("gb18030")[:-1]
    read = decode(cut, "gb18030")
    assert read.text.startswith(TEXT[:-1])
    assert read.text.endswith("\\xa1")
    assert not read.lossless
    mixed = TEXT.encode()[:-2] + b"\xff end"
    assert decode(mixed, "utf-8").text.startswith(TEXT[:-1])


@pytest.mark.correctness(51)
@pytest.mark.parametrize("data", [bytes(range(256)), b"\xff\xfe\xfd\xfc" * 50, b"\x80" * 99, b"\xc3\x28" * 9, b"\xfe"])
@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "no-such", "utf-16"])
def test_bytes_that_are_no_text_become_something_storable(data: bytes, declared: str | None) -> None:
    text = decode(data, declared).text
    assert text
    text.encode("utf-8")  # no lone surrogates


@pytest.mark.parametrize(
    "name",
    [
        "rot13",
        "zlib_codec",
        "hex",
        "base64_codec",
        "punycode",
        "idna",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "charmap",
        "x" * 5000,
        "utf-8\x00",
        "../../etc",
    ],
)
def test_codecs_that_are_no_charsets_are_not_used(name: str) -> None:
    assert known_charset(name) is None


def test_every_allowed_name_is_a_codec() -> None:
    from bihuan.channels.kinds.email import charset_names

    for name in charset_names._TEXT:
        assert codecs.lookup(name).name == name, name


def test_mojibake_is_implausible() -> None:
    mojibake = TEXT.encode().decode("gb18030", "replace")
    assert plausibility(mojibake) < 0.6 < plausibility(TEXT)


def test_marks_of_byte_order() -> None:
    assert decode(codecs.BOM_UTF8 + TEXT.encode(), "gbk").text == TEXT
    assert decode(TEXT.encode("utf-16"), None).text == TEXT

"""Telephone numbers as people write them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.customers.rules import mask_email, mask_name, mask_phone, normalise_email, normalise_phone, phone_tokens


@pytest.mark.correctness(62)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13800006620", "+8613800006620"),
        ("138 0000 6620", "+8613800006620"),
        ("138-0000-6620", "+8613800006620"),
        ("+86 138 0000 6620", "+8613800006620"),
        ("+86-138-0000-6620", "+8613800006620"),
        ("0086 13800006620", "+8613800006620"),
        ("8613800006620", "+8613800006620"),
        ("１３８００００６６２０", "+8613800006620"),
        ("\u202a13800006620\u202c", "+8613800006620"),
        ("tel:13800006620", "+8613800006620"),
        ("电话：13800006620 张工", "+8613800006620"),
        ("010-65231234", "+861065231234"),
        ("(0871) 6412 8899", "+8687164128899"),
        ("010-65231234转8012", "+861065231234"),
        ("0871-64128899-12", "+8687164128899"),
        ("０１０－６５２３１２３４ 分机 12", "+861065231234"),
        ("+1 212 555 0100 ext. 12", "+12125550100"),
        ("+852 2345 6789", "+85223456789"),
        ("400-810-8888", "+864008108888"),
        ("13800001111/13900002222", "+8613800001111"),
        ("未知、13900002222", "+8613900002222"),
    ],
)
def test_a_number_is_recognised_however_it_is_written(text: str, expected: str) -> None:
    assert normalise_phone(text) == expected


@pytest.mark.correctness(62)
@pytest.mark.parametrize(
    "text",
    ["", " ", "未知", "匿名来电", "anonymous", "138****6620", "138xxxx6620", "138＊＊＊＊6620", "1380000662", "12", "+", "()", "0",
     "12345678901234567890123", "无"],
)  # fmt: skip
def test_what_is_no_number_is_none(text: str) -> None:
    assert normalise_phone(text) == ""


@given(st.text(max_size=200))
def test_any_text_gives_a_possible_number_or_none(text: str) -> None:
    found = normalise_phone(text)
    assert found == "" or phonenumbers.is_possible_number(phonenumbers.parse(found, None))


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.sampled_from(["", "+86", "0086", "86", "+86 ", "(+86)"]))
def test_every_mobile_number_is_the_same_under_every_prefix(number: str, prefix: str) -> None:
    assert normalise_phone(prefix + number) == normalise_phone(number)


@given(st.text(max_size=80))
def test_a_normalised_number_stays_as_it_is(text: str) -> None:
    once = normalise_phone(text)
    assert normalise_phone(once) == once


def test_the_forms_under_which_a_number_is_looked_for() -> None:
    assert phone_tokens("+8613800006620") == ("8613800006620", "13800006620")
    assert phone_tokens("+861065231234") == ("861065231234", "1065231234", "01065231234")
    assert phone_tokens("+8687164128899") == ("8687164128899", "87164128899", "087164128899")
    assert phone_tokens("+12125550100") == ("12125550100",)
    assert phone_tokens("") == ()


@pytest.mark.correctness(121)
def test_masks_show_enough_to_recognise_and_no_more() -> None:
    assert mask_phone("+8613800006620") == "138****6620"
    assert mask_phone("+12125550100") == "+12*****0100"
    assert mask_phone("12345") == "*****"
    assert mask_phone("") == ""
    assert mask_email("wu.guifang@hospital.example") == "w***@hospital.example"
    assert mask_email("kein") == "***"
    assert mask_name("吴桂芳") == "吴**"
    assert mask_name("欧阳修远之") == "欧****"
    assert mask_name("") == ""


def test_addresses_are_the_same_in_any_case() -> None:
    assert normalise_email("  Wu@Hospital.Example ") == "wu@hospital.example"
    assert len(normalise_email("a" * 400 + "@b.cn")) == 254

"""What the sender wrote, without quoted mail and signatures: against others' samples, and for Chinese programs."""

import json
import time

import pytest

from bihuan.channels.kinds.email.html_text import html_to_text
from bihuan.channels.kinds.email.parse import parse_mail
from bihuan.channels.kinds.email.quotes import fragments, reply_text, without_quotes
from bihuan.channels.kinds.email.signatures import split_signature
from tests.channels.kinds.email.mails import data, mail

SAID = "您好，附件是照片，请查收。"
HEAD = "发件人: 客服 <kf@x.cn>\n发送时间: 2026年11月20日 10:00\n收件人: 张三 <z@x.cn>\n主题: 设备\n\n请问型号？"

# Both collections cannot be right about this: the one keeps "Sent from my iPhone" and the part below "-- " in the
# reply, the other takes them off. We take them off; without its signatures the first one's text is ours too.
SIGNED = {"iphone.eml", "sparrow.eml"}

CASES = [
    "correct_sig",
    "email_1_1",
    "email_1_2",
    "email_1_3",
    "email_1_4",
    "email_1_5",
    "email_1_6",
    "email_1_7",
    "email_1_8",
    "email_2_1",
    "email_2_2",
    "email_2_3",
    "email_gmail",
    "email_headers_no_delimiter",
    "email_iPhone",
    "email_one_is_not_on",
    "email_partial_quote_header",
    "email_sig_delimiter_in_middle_of_line",
    "greedy_on",
    "pathological",
]


@pytest.mark.correctness(52)
@pytest.mark.parametrize("case", CASES)
def test_email_reply_parser(case: str) -> None:
    expected = json.loads(data("reply_parser", "expected.json").read_text())
    assert set(expected) == set(CASES)
    text = data("reply_parser", f"{case}.txt").read_text()
    started = time.perf_counter()
    cut, said = fragments(text), reply_text(text)
    seconds = time.perf_counter() - started
    found = {
        "fragments": len(cut),
        "reply_equals": said,
        "quoted": [int(one.kind == "quote") for one in cut],
        "signature": [int(one.kind == "signature") for one in cut],
        "hidden": [int(one.hidden) for one in cut],
    }
    for what, value in expected[case].items():
        if what in found:
            assert found[what] == value, what
        elif what == "max_seconds":
            assert seconds < value
        elif what == "reply_contains":
            assert all(piece in said for piece in value)
        elif what == "reply_not_contains":
            assert not any(piece in said for piece in value)
        else:
            number, how = what.split("_")
            text_there = cut[["first", "second"].index(number)].text
            assert text_there.startswith(value) if how == "startswith" else value in text_there


@pytest.mark.parametrize(
    "name",
    [
        "android",
        "aol",
        "apple_mail",
        "apple_mail_2",
        "comcast",
        "gmail",
        "hotmail",
        "iphone",
        "outlook",
        "sparrow",
        "thunderbird",
        "yahoo",
    ],
)
def test_talon_replies(name: str) -> None:
    expected = json.loads(data("talon", "expected.json").read_text())["standard_replies_reply_text"]
    read = parse_mail(data("talon", "standard_replies", f"{name}.eml").read_bytes())
    assert without_quotes(read.text).split() == expected[f"{name}.eml"].split()
    if f"{name}.eml" not in SIGNED:
        assert read.reply_text == expected[f"{name}.eml"]
    else:
        assert read.reply_text == "Hello"


@pytest.mark.parametrize(
    "name",
    [
        "gmail",
        "hotmail",
        "mail_ru",
        "ms_outlook_2003",
        "ms_outlook_2007",
        "ms_outlook_2010",
        "thunderbird",
        "windows_mail",
        "yandex_ru",
    ],
)
def test_talon_html_replies(name: str) -> None:
    html = data("talon", "html_replies", f"{name}.html").read_text()
    read = parse_mail(mail(html.encode(), b"Content-Type: text/html; charset=utf-8"))
    assert "".join(read.reply_text.split()) == "Hi.Iamfine.Thanks,Alex"
    assert "Hello! How are you?" in read.text


@pytest.mark.parametrize("name", ["camel_case", "jeff", "johndoeexamplecom", "long", "short_url", "sparse"])
def test_talon_signatures(name: str) -> None:
    expected = json.loads(data("talon", "expected.json").read_text())["signature_stripping"][name]
    body = data("talon", "signature", "emails", "stripped", f"{name}_body").read_text()
    said, signature = split_signature(body, sender=expected["sender"])
    assert signature == expected["signature"]
    assert f"{said}\n{signature}".split() == body.split()


@pytest.mark.correctness(52)
@pytest.mark.parametrize(
    "text",
    [
        f'{SAID}\n\n\n------------------ 原始邮件 ------------------\n发件人: "客服" <kf@x.cn>;\n发送时间: 2026年11月20日(星期五) 上午10:00\n主题: 回复：设备\n\n请问型号？',
        f"{SAID}\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: x".replace("&nbsp;", "\xa0"),
        f"{SAID}\n\n------------------ Original ------------------\nFrom: kf",
        f'{SAID}\n\n---原始邮件---\n发件人: "客服"<kf@x.cn>\n发送时间: 2026年\n',
        f"{SAID}\n\n-----原始郵件-----\n寄件者: 客服",
        f"{SAID}\n\n-------- 原始邮件 --------\n主题：设备\n发件人：客服",
        f"{SAID}\n\n-----邮件原件-----\n发件人: 客服",
        f"{SAID}\n\n-----Original Message-----\nFrom: kf",
        f'{SAID}\n\n\n在 2026-11-20 10:00:00，"客服" <kf@x.cn> 写道：\n\n请问型号？\n谢谢',
        f"{SAID}\n\n在 2026-11-20 10:00:00，客服 <kf@x.cn> 写道：\n>请问\n>型号？",
        f"{SAID}\n--\n发自我的网易邮箱手机智能版\n\n\n在 2026-11-20 10:00:00，客服 <kf@x.cn> 写道：\n>请问",
        f'{SAID}\nAt 2026-11-20 10:00:00, "kf" <kf@x.cn> wrote:\n>请问',
        f"{SAID}\n\n---- 回复的原邮件 ----\n| 发件人 | 客服<kf@x.cn> |\n| 日期 | 2026年11月20日 10:00 |\n| 收件人 | 张三 |\n| 主题 | x |\n请问",
        f"{SAID}\n\n---- Replied Message ----\n| From | kf<kf@x.cn> |\n| Date | 11/20/2026 10:00 |\n| To | z |\nhi",
        f"{SAID}\n\n{HEAD}",
        f"{SAID}\n\n________________________________\n{HEAD}",
        f"{SAID}\n\n张三\n\n发件人： 客服\n发送时间： 2026-11-20 10:00\n收件人： z@x.cn\n主题： 设备\n请问",
        f"{SAID}\n------------------------------------------------------------------\n发件人：客服 <kf@x.cn>\n发送时间：2026年11月20日(星期五) 10:00\n收件人：张三 <z@x.cn>\n主　题：设备\n\n请问",
        f"{SAID}\n\n寄件者: 客服 <kf@x.tw>\n寄件日期: 2026年11月20日 10:00\n收件者: 張三\n主旨: 設備\n\n請問",
        f"{SAID}\n\n客服 <kf@x.cn> 于2026年11月20日周五 上午10:00写道：\n\n> 请问型号？\n",
        f"{SAID}\n\n客服很长的名字有限公司 <kefu-very-long-address-of-the-company@example.com.cn>\n于2026年11月20日周五 上午10:00写道：\n\n> 请问\n",
        f"{SAID}\n\n2026-11-20 10:00 GMT+08:00 客服 <kf@x.cn>:\n\n> 请问\n",
        f"{SAID}\n\n客服 <kf@x.tw> 於 2026年11月20日 週五 上午10:00寫道：\n\n> 請問\n",
        f"{SAID}\n\n发自我的 iPhone\n\n> 在 2026年11月20日，上午10:00，客服 <kf@x.cn> 写道：\n> \n> 请问",
        f"{SAID}\n\n在 2026年11月20日，上午10:00，Steven\n<kf@x.cn> 写道：\n\n请问",
        f"{SAID}\n从 Windows 版邮件发送\n\n发件人: 客服\n发送时间: 2026年11月20日 10:00\n收件人: 张三\n主题: 设备\n\n请问",
        f"{SAID}\n\nOn Fri, Nov 20, 2026 at 10:00 AM 客服 <kf@x.cn> wrote:\n\n> 请问",
        f"{SAID}\n\n来自我的华为手机\n\n-------- 原始邮件 --------\n发件人： 客服",
        f"{SAID}\n\n获取 Outlook for iOS\n________________________________\n发件人: 客服\n发送时间: 2026年\n收件人: 张三\n主题: 设备",
    ],
)
def test_chinese_programs(text: str) -> None:
    assert reply_text(text, sender="张三") == SAID
    raw = mail(text.encode(), b"Content-Type: text/plain; charset=utf-8", "Subject: 回复：设备".encode())
    assert parse_mail(raw).text == text.strip("\n")  # the original stays


@pytest.mark.correctness(52)
@pytest.mark.parametrize(
    "signature",
    [
        "此致\n敬礼\n\n张三\n某某科技有限公司\n电话：010-88886666\n手机：13800138000",
        "--\n张三 | 采购部\n手机 13800138000",
        "-- \n李四",
        "——————————————\n李四 采购经理\n上海某某有限公司\nTel: 021-55556666\nwww.example.cn",
        "张三\n13800138000\nzhang@example.cn",
        "祝好！\n张三\n采购部\n电话：010-88886666\n邮箱：z@x.cn",
        "Best regards,\nZhang San\nBuyer\nTel: +86 21 5555 6666\nzhang@example.com",
        "发自我的小米手机",
        "发自网易邮箱大师",
        "Sent from my iPhone",
        "iPhoneから送信",
        "张三",
        "保密声明：本邮件及其附件含有保密信息，仅限于收件人。如您误收，请删除。",
    ],
)
def test_signatures(signature: str) -> None:
    assert reply_text(f"{SAID}\n\n{signature}\n", sender="张三") == SAID


@pytest.mark.correctness(52)
@pytest.mark.parametrize(
    "text",
    [
        "请尽快联系我，电话：13800138000",
        "设备坏了。\n\n联系人：王五，电话：13800138000",
        "姓名：王五\n电话：13800138000\n主题：设备故障\n时间：昨天\n\n设备不转了",
        "他在说明书里写道：请勿打开。但我打开了。",
        "我昨天 10:30 在群里写道：\n机器坏了",
        "故障列表：\n--\n1. 电机\n2. 皮带",
        f"{SAID}\n\n祝好！\n李四",
        "型号 | 数量\nA1 | 3",
        "Two:\n\n- one\n- two",
        "电话：13800138000",
        "Sent from my desk, is much easier then my mobile phone.",
        "On your remote host you can run:\n\n  telnet x\n\nand then wrote:\nit",
        "价格 > 100 元\n-5 度\n--- 以上 ---",
        "From: 北京\nTo: 上海\n请安排发货",
        "时间：10:00\n地点：上海\n主题：验收",
    ],
)
def test_what_people_write_is_left_alone(text: str) -> None:
    assert reply_text(text, sender="赵六") == text


def test_answers_between_the_lines_stay() -> None:
    assert reply_text("> 型号是什么？\n\nA-100\n\n> 数量？\n\n三台").split() == ["A-100", "三台"]


def test_a_reply_that_only_quotes_is_empty() -> None:
    assert reply_text("> a\n> b") == reply_text(HEAD) == ""


@pytest.mark.correctness(52, 53)
def test_a_forwarded_mail_is_content() -> None:
    text = f"请处理。\n\n---------- Forwarded message ---------\n{HEAD}"
    raw = mail(text.encode(), "Subject: Fwd: 设备".encode(), b"Content-Type: text/plain; charset=utf-8")
    assert parse_mail(raw).reply_text == text
    raw = mail(
        f"请处理。\n\n{HEAD}".encode(), "Subject: 转发: 设备".encode(), b"Content-Type: text/plain; charset=utf-8"
    )
    assert parse_mail(raw).reply_text == f"请处理。\n\n{HEAD}"
    raw = mail(
        f"收到。\n\n{HEAD}".encode(), "Subject: 回复: 转发: 设备".encode(), b"Content-Type: text/plain; charset=utf-8"
    )
    assert parse_mail(raw).reply_text == "收到。"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (
            '<div>好的</div><div><br></div><div style="font-size:12px">------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b> x</div>',
            "好的",
        ),
        (
            '<p>好的</p><div id="divRplyFwdMsg"><hr><b>发件人:</b> 客服<br><b>发送时间:</b> 2026年11月20日<br><b>收件人:</b> 张三<br><b>主题:</b> 设备</div><p>请问</p>',
            "好的",
        ),
        ('<div>好的</div><blockquote id="isReplyContent" style="border-left:1px solid #ccc">请问</blockquote>', "好的"),
        (
            '<div>好的<br>在 2026-11-20 10:00:00，"客服" &lt;kf@x.cn&gt; 写道：<br><blockquote style="PADDING-LEFT: 1ex; BORDER-LEFT: #ccc 1px solid">请问</blockquote></div>',
            "好的",
        ),
        ('<p>缩进：</p><blockquote style="margin:0 0 0 40px;border:none">不是引用</blockquote>', "缩进：\n\n不是引用"),
    ],
)
def test_quotations_in_html(html: str, said: str) -> None:
    assert reply_text(html_to_text(html)) == said


@pytest.mark.parametrize(
    "text",
    [
        "On " * 200_000,
        "> " * 100_000,
        "On a b c d e 写\n" * 50_000,
        "机器坏了，请在 2026年11月20日 之前写好报告 <a@b.cn>\n" * 50_000,
        "\n" * 1_000_000,
        "-" * 1_000_000,
        "- " * 300_000 + "x",
        "发件人:\n" * 100_000,
        (" " * 300 + "\n") * 20_000,
        ("a" * 300 + "\n") * 20_000,
        "--\n" * 100_000,
        ("12:3" * 70 + "@\n") * 30_000,
        "@" * 1_000_000,
        ("电话：" * 30 + "\n") * 30_000,
        ("| a |" + " " * 900 + "x\n") * 3_000,
        "> a\nb\n" * 50_000,
        ("a " * 40 + "写\n") * 20_000,
        "\\x0c" * 100_000,
        ("*From:* " + "a" * 900 + "\n") * 5_000,
        "-- \n\n> q\n" * 20_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.perf_counter()
    reply_text(text, sender="x")
    assert time.perf_counter() - started < 5


def test_fragments_are_the_text() -> None:
    text = f"{SAID}\n\n-- \n张三\n\n{HEAD}\n"
    cut = fragments(text)
    assert "\n".join(one.text for one in cut) == text
    assert [(one.kind, one.hidden) for one in cut] == [("text", False), ("signature", True), ("quote", True)]

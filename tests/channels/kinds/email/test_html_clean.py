"""HTML of mails before it is shown."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.channels.kinds.email.html_clean import clean_html, remote_images, safe_style
from tests.channels.kinds.email.mails import data

BAD_TAGS = frozenset(
    "script iframe object embed form input button base meta link style svg math audio video template noscript textarea select title frame applet".split()
)
KNOWN = frozenset(
    "style dir lang title href src alt width height border cellpadding cellspacing align valign bgcolor colspan rowspan span color size face start type target rel "
    "data-remote-src data-cid".split()
)
BAD_STYLE = re.compile(r"url|expression|position|behavior|@|\\|/\*|image|var\(|float|display|z-index", re.IGNORECASE)


class Tags(HTMLParser):
    """What a browser would see: another reader than the one that cleans."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def harmless(html: str, *, own: str = "") -> None:
    """Fails when something in it acts, fetches or leaves its place."""
    for tag, given_attributes in Tags(html).found:
        assert tag not in BAD_TAGS, html
        assert set(given_attributes) <= KNOWN, html
        assert re.match(r"\s*(https?://|mailto:|tel:)", given_attributes.get("href", "https://"), re.IGNORECASE), html
        assert given_attributes.get("src", own) == own, html
        assert not BAD_STYLE.search(given_attributes.get("style", "")), html
        assert given_attributes.get("target", "_blank") == "_blank", html


def test_what_a_letter_needs_stays() -> None:
    html = (
        '<div dir="ltr"><h1 style="color: red">标题</h1><p>您好，<b>张三</b></p><ul><li>一</li></ul><table border="1"><tbody><tr><td colspan="2">A1</td></tr></tbody></table>'
        '<blockquote style="border-left: 1px solid #ccc">引用</blockquote><pre>x  y</pre></div>'
    )
    assert clean_html(html) == html


@pytest.mark.correctness(124)
@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=http://x></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<math><mi xlink:href='data:x,<script>'>x",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
        '<a href="jav&#x09;ascript:alert(1)">x</a>',
        '<a href=" &#14; javascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>1</script>">x</a>',
        '<a href="vbscript:x">x</a>',
        '<a href="file:///etc/passwd">x</a>',
        '<a href="//evil.example">x</a>',
        '<a href="/logout">x</a>',
        "<iframe src=https://x></iframe>",
        "<form action=https://x><input name=password><button>ok</button></form>",
        "<base href=https://x>",
        "<meta http-equiv=refresh content='0;url=https://x'>",
        "<link rel=stylesheet href=https://x>",
        "<style>@import url(https://x)</style>",
        "<object data=x><embed src=x></object>",
        "<video src=https://x poster=https://x>",
        '<p style="background:url(https://x)">x</p>',
        '<p style="position:fixed;top:0">x</p>',
        '<p style="width:expression(alert(1))">x</p>',
        '<p style="color:\\72 ed;behavior:url(x)">x</p>',
        '<p style="background-image:u/**/rl(https://x)">x</p>',
        '<p style="list-style:url(https://x)">x</p>',
        "<td background=https://x>x</td>",
        '<img srcset="https://x 2x" src="data:image/png;base64,AA">',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        "<p id=login class=modal name=x onclick=x>x</p>",
        '<a href="https://x" ping="https://y" target="_self">x</a>',
        '<img src="https://x/p.gif" width=1 height=1>',
        "<template><script>x</script></template>",
        "<!--[if mso]><script>x</script><![endif]-->",
        "<xmp><script>x</script></xmp>",
        '<table><caption><img src="//x/y"></caption></table>',
        "<select><option><img src=x onerror=x></select>",
        "<plaintext><script>x",
        '<a href="https://x"><a href="javascript:x">y</a></a>',
        "<title><img src=https://x></title>",
        "<textarea><script>x</script></textarea>",
    ],
)
def test_nothing_active_stays(html: str) -> None:
    harmless(clean_html(html))


@pytest.mark.correctness(124)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<script>",
                "</script>",
                "<img src=",
                '"',
                "'",
                ">",
                "<",
                "https://x",
                "javascript:",
                "cid:a",
                " onerror=",
                "<svg>",
                "<style>",
                "style=",
                "url(",
                "--",
                "<!--",
                "-->",
                "&lt;",
                "&quot;",
                "<a href=",
                "x",
                "\x00",
                "<table>",
                "<td>",
                "hold-",
                'src="',
                "remote:",
                "=",
                " ",
                "<math>",
                "<noscript>",
                "</noscript>",
            ]
        ),
        max_size=25,
    )
)
def test_no_mixture_becomes_active(pieces: list[str]) -> None:
    cleaned = clean_html("".join(pieces))
    harmless(cleaned)
    harmless(clean_html(cleaned))


@pytest.mark.correctness(124)
def test_pictures_from_elsewhere_wait_to_be_asked_for() -> None:
    cleaned = clean_html('<img src="https://t.example/p.gif?a=1&b=<2>" alt="照片" width="20">')
    assert cleaned == '<img data-remote-src="https://t.example/p.gif?a=1&amp;b=&lt;2&gt;" alt="照片" width="20">'
    assert remote_images(cleaned) == 1


def test_pictures_in_the_mail_get_their_addresses() -> None:
    cleaned = clean_html('<img src="cid:P1@x"><img src="CID:other">', inline={"p1@X": '/files/1?a="b"&c'})
    assert cleaned == '<img src="/files/1?a=&quot;b&quot;&amp;c"><img data-cid="other">'


def test_text_that_looks_like_our_marks_is_text() -> None:
    html = '<p title="src=&quot;hold-0:remote:x">src="hold-0:remote:https://x"</p>'
    assert "data-remote-src" not in clean_html(html)


def test_links_open_apart_and_tell_nothing() -> None:
    assert (
        clean_html('<a href="https://x.example/?q=1">x</a>')
        == '<a href="https://x.example/?q=1" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )
    assert 'href="mailto:a@b.cn"' in clean_html('<a href="mailto:a@b.cn">x</a>')


@pytest.mark.correctness(124)
@pytest.mark.parametrize(
    ("style", "safe"),
    [
        ("color: red; position: absolute; z-index: 9", "color: red"),
        ("margin: -99px; margin-top: 5px", "margin-top: 5px"),
        ("COLOR:RED", "color: RED"),
        ("color: rgb(1, 2, 3)", "color: rgb(1, 2, 3)"),
        ("background: url(x)", ""),
        ("background-color: var(--x)", ""),
        ("color: re/**/d", ""),
        ("color: r\\65 d", ""),
        ("font-family: 'Microsoft YaHei', sans-serif", "font-family: 'Microsoft YaHei', sans-serif"),
        ("display: none; opacity: 0; float: left", ""),
        ("color", ""),
        (";;:;", ""),
        ("color: red !important", "color: red !important"),
        ("width: calc(100% - 1px)", ""),
        ("text-indent: -9999px", ""),
    ],
)
def test_styles(style: str, safe: str) -> None:
    assert safe_style(style) == safe


def test_sizes_are_sane() -> None:
    assert clean_html('<img width="99999999" height="20" src="cid:x">') == '<img data-cid="x" height="20">'
    assert "colspan" not in clean_html('<table><tbody><tr><td colspan="99999">x</td></tr></tbody></table>')


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 200_000,
        "<b>" + "<p>x" * 200_000,
        "<table><tr><td>" * 50_000,
        "<a href=x>" * 100_000,
        "<p style='" + "a:b;" * 100_000 + "'>x",
        "x" * 9_000_000,
        "<" * 500_000,
    ],
)
def test_bombs_are_shown_as_text_soon(bomb: str) -> None:
    started = time.perf_counter()
    cleaned = clean_html(bomb)
    assert time.perf_counter() - started < 5
    assert len(cleaned) < 30_000_000


@pytest.mark.parametrize(
    "name",
    [
        "gmail",
        "hotmail",
        "ms_outlook_2003",
        "ms_outlook_2007",
        "ms_outlook_2010",
        "thunderbird",
        "windows_mail",
        "yandex_ru",
        "mail_ru",
    ],
)
def test_letters_of_real_programs_stay_readable(name: str) -> None:
    cleaned = clean_html(data("talon", "html_replies", f"{name}.html").read_text())
    assert "Hi. I am fine." in re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", cleaned))
    harmless(cleaned)

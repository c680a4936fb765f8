"""Every building block with hostile names: nothing runs, nothing is lost, everything has a name."""

import re
from typing import cast

import jinja2
import pytest
from markupsafe import Markup

from bihuan.web.ui.trail import Branch, TrailNode, clock_state

from . import samples
from .conftest import Render, sample_request
from .html import name_of, outside_templates, parse

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)> '`{{7*7}} " + "长" * 300
NODE = TrailNode(
    name=HOSTILE,
    state="now",
    who=HOSTILE,
    deliver=HOSTILE,
    due_at=samples.at(14),
    left=60,
    percent=300,
    used=9,
    limit=3,
)
AHEAD = TrailNode(name=HOSTILE, state="ahead", kind="decision", criterion=HOSTILE, branches=(Branch(HOSTILE, HOSTILE),))

PIECES = {
    "status": "{{ ui.status_chip(x) }}{{ ui.status_chip('in_progress', plain=true) }}",
    "priority": "{{ ui.priority_chip(x) }}{{ ui.priority_chip('P1', short=true) }}",
    "deadline": "{{ ui.deadline_chip(due, 84, 'warn', 60, now, label=x, box=true, when=true) }}{{ ui.deadline_clock(due, 84, 'warn', 60, 9, 99, now, label=x) }}",
    "avatar": "{{ ui.avatar(x, named=true, role=x) }}{{ ui.avatar('') }}",
    "bar": "{{ ui.bar(-5, x, label=x) }}{{ ui.bar(500) }}{{ ui.bar(none) }}",
    "tag": "{{ ui.tag(x) }}{{ ui.channel_mark(x, x) }}",
    "next": "{{ ui.next_button({'name': x, 'target': x, 'kind': x, 'id': x}) }}{{ ui.next_bar(ways) }}",
    "pager": "{{ ui.pager(x, x) }}{{ ui.pager('', '') }}",
    "tabs": "{{ ui.tabs([{'key': 'a', 'text': x, 'count': 3}], 'a', x) }}{{ ui.tabs([{'key': 'a', 'text': x, 'href': x}], 'a', x) }}",
    "filters": "{{ ui.filter_query([[{'field': x, 'op': x, 'value': x, 'remove_href': x}, {'field': x, 'op': x, 'value': x}]]) }}",
    "sort": "<table><tr>{{ ui.sort_head(x, x, 'ascending') }}</tr></table>",
    "error": "{{ ui.field_error(x, 'e') }}{{ ui.field_error('') }}",
    "empty": "{{ ui.empty_state(x, x, {'text': x, 'href': x}) }}",
    "skeleton": "{{ ui.skeleton(2) }}",
    "callout": "{{ ui.callout(x, 'gold', 'alert', x) }}",
    "dialog": "{% call ui.dialog('d', x) %}{{ x }}{% endcall %}{% call ui.drawer('w', x) %}{{ x }}{% endcall %}{% call ui.sheet('s', x) %}{{ x }}{% endcall %}",
    "menu": "{% call ui.menu(x) %}<a href='#'>{{ x }}</a>{% endcall %}",
    "confirm": "{{ ui.confirm_button(x, x, x, x, fields={'f': x}) }}",
    "feed": "{{ ui.bubble('inbound', x, now, now, x, '', x, x, [{'name': x, 'size': 3, 'href': x}], {'text': x}, x) }}{{ ui.event_line(x, x, now, href=x) }}{{ ui.day(now, now) }}{% call ui.fold(x) %}{{ x }}{% endcall %}",
    "stepper": "{{ ui.stepper([{'name': x, 'state': 'now'}, {'name': x, 'state': 'ahead'}], x) }}",
    "trail": "{{ ui.chart_list(nodes, now) }}",
    "ledger": "{{ ui.ledger_bar(strip(segments, now, x, x), 'warn', x) }}{{ ui.ledger_table([{'from': x, 'to': x, 'label': x, 'value': x, 'kind': 'worked'}], {'label': x, 'value': x}) }}",
    "teach": "{{ ui.rules([x], [x], [x], [x]) }}{{ ui.cases([{'href': x, 'title': x, 'mark': x, 'line': x}]) }}",
    "desk": "{{ ui.queue_group(x, [{'text': x, 'href': x, 'sign': 'desk', 'count': 3, 'tone': 'red', 'current': true}]) }}{{ ui.issue_item(x, x, x, x, 'P1', x, unread=true) }}{{ ui.issue_head(x, x, 'P1', 'new', customer=x, back=x) }}",
    "composer": "{{ ui.composer(x, x, to=x, canned=[{'name': x, 'text': x}], people=[x], key=x) }}{{ ui.composer(x, 'b', may_reply=false) }}",
    "side": "{{ ui.dock_tabs(side) }}{{ ui.side_tabs(side, 'chart') }}{{ ui.bulk_bar([{'value': x, 'text': x, 'sign': 'swap'}]) }}",
    "shell": "{{ ui.toasts([x]) }}{{ ui.shell_dialogs() }}{{ ui.account_menu(actor) }}",
    "public": "{% import 'components/public.html' as p %}{{ p.promise(x, x, x, x, x) }}{{ p.stages(x, [{'name': x, 'state': 'now', 'time': x, 'text': x}]) }}{{ p.messages_list(x, [{'by': x, 'time': x, 'text': x, 'files': [{'name': x, 'size': 1}]}]) }}{{ p.rating('r', x, error=x) }}{{ p.yes_no('s', x, x, x) }}{{ p.private_note([x]) }}{{ p.bait() }}",
}


def _piece(render: Render, source: str) -> str:
    actor = samples.ACTOR.__class__(kind=samples.ACTOR.kind, name=HOSTILE, username=HOSTILE)
    return render(
        source,
        x=HOSTILE,
        due=samples.at(14, 43),
        nodes=[NODE, AHEAD, *samples.TRAIL],
        segments=samples.SEGMENTS,
        ways=[
            {"name": HOSTILE, "target": HOSTILE, "kind": kind, "id": "1"} for kind in ("ordinary", "return", "refuse")
        ],
        side=samples.SIDE,
        actor=actor,
    )


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_texts_stay_texts(render: Render, piece: str) -> None:
    tree = parse(_piece(render, PIECES[piece]))
    assert not tree.xpath("//script")
    assert not tree.xpath("//img[@onerror]|//*[@onclick]|//*[@onload]|//@style")
    assert "49" not in tree.text_content() or piece not in ("status", "tag")
    shown = tree.text_content() + "".join(cast("list[str]", tree.xpath("//@*")))
    if piece not in ("skeleton", "side", "bar"):
        assert "<script>alert(1)</script>" in shown, "the text itself must not be lost"


@pytest.mark.parametrize("piece", PIECES)
def test_everything_that_can_be_pressed_has_a_name(render: Render, piece: str) -> None:
    tree = parse(_piece(render, PIECES[piece]))
    for element in outside_templates(
        tree, "//button|//a[@href]|//summary|//input[not(@type='hidden')]|//select|//textarea"
    ):
        if element.xpath("ancestor::*[@aria-hidden='true']"):
            continue
        name = name_of(element, tree)
        # The dialog that asks gets its words when it opens; a tab without count is named by its text.
        assert name, element
    for image in tree.xpath("//*[@role='img']"):
        assert name_of(image, tree)
    for box in tree.xpath("//dialog[@aria-labelledby]"):
        assert tree.xpath(f"//*[@id='{box.get('aria-labelledby')}']")


@pytest.mark.parametrize("page", ["desk", "step", "list", "record", "progress", "resolved", "login", "index"])
def test_whole_pages(env: jinja2.Environment, page: str) -> None:
    text = env.get_template(f"gallery/{page}.html").render(request=sample_request(), **samples.pages()[page])
    tree = parse(text)
    ids = cast("list[str]", tree.xpath("//*[not(ancestor::template)]/@id"))
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    assert len(tree.xpath("//main")) == 1
    assert tree.xpath("/html/@lang") == ["zh-CN"]
    assert not tree.xpath("//@style|//@onclick|//script[not(@src) and not(@type='application/json')]")
    for element in outside_templates(
        tree, "//*[@aria-describedby]|//*[@aria-labelledby]|//label[@for]|//*[@aria-controls]"
    ):
        for attribute in ("aria-describedby", "aria-labelledby", "for", "aria-controls"):
            for wanted in str(element.get(attribute) or "").split():
                assert wanted in ids, (attribute, wanted)


def test_the_shell_shows_settings_only_to_those_who_may(env: jinja2.Environment) -> None:
    page = env.get_template("gallery/list.html")
    context = samples.pages()["list"]
    request = sample_request()
    assert 'data-key="settings"' in page.render(request=request, **context)
    request.actor = samples.ACTOR.__class__(kind=samples.ACTOR.kind, name="韩立群")
    text = page.render(request=request, **context)
    assert 'data-key="settings"' not in text
    assert "新建问题" not in parse(text).xpath("string(//header)")


def test_the_customers_surface_has_no_product_name(env: jinja2.Environment) -> None:
    for page in ("progress", "resolved"):
        text = env.get_template(f"gallery/{page}.html").render(request=sample_request(), **samples.pages()[page])
        assert "闭环" not in text and "bihuan" not in text.lower().replace("bihuan:", "")
        assert "澜库冷链" in text


def test_nothing_is_preselected_in_a_rating(env: jinja2.Environment) -> None:
    text = env.get_template("gallery/resolved.html").render(request=sample_request(), **samples.pages()["resolved"])
    radios = parse(text).xpath("//input[@type='radio']")
    assert len(radios) == 17
    assert not [one for one in radios if one.get("checked") is not None]


@pytest.mark.parametrize(
    ("percent", "paused", "state"),
    [
        (0, False, "ok"),
        (79.9, False, "ok"),
        (80, False, "warn"),
        (99.9, False, "warn"),
        (100, False, "breach"),
        (40, True, "paused"),
        (100, True, "breach"),
    ],
)
def test_lamps(percent: float, paused: bool, state: str) -> None:
    assert clock_state(percent=percent, paused=paused) == state


def test_a_deadline_is_said_in_words_first(render: Render) -> None:
    chip = parse(render("{{ ui.deadline_chip(due, 84, 'warn', 2280, now, when=true) }}", due=samples.at(14, 43)))
    assert re.sub(r"\s+", " ", chip.text_content()).strip() == "剩 38 分 · 14:43 截止"
    late = parse(render("{{ ui.deadline_chip(due, 121, 'breach', -1560, now) }}", due=samples.at(13, 39)))
    assert late.text_content().strip() == "超时 26 分"
    paused = parse(render("{{ ui.deadline_chip(none, 30, 'paused', 0, now) }}"))
    assert paused.text_content().strip() == "已暂停"
    assert render("{{ ui.deadline_chip(none, 0, 'ok', none, now) }}").strip() == ""


def test_the_clock_fills_with_the_share_that_is_used(render: Render) -> None:
    for percent, length in ((0, 0.0), (50, 9.4), (100, 18.9), (300, 18.9)):
        dash = parse(render("{{ ui.lamp(p, 'warn') }}", p=percent)).xpath("//circle/@stroke-dasharray")[0]
        assert float(str(dash).split()[0]) == pytest.approx(length, abs=0.06)


def test_ways_on_returns_left_and_the_ordinary_one_last(render: Render) -> None:
    ways = [
        {"id": str(at), "name": name, "target": "x", "kind": kind}
        for at, (name, kind) in enumerate(
            [("提交", "ordinary"), ("不予受理", "refuse"), ("退回", "return"), ("转交", "ordinary")]
        )
    ]
    bar = parse(render("{{ ui.next_bar(ways) }}", ways=ways))
    shown = bar.xpath("//div[@class='nexts']/*[contains(@class, 'next')]")
    assert [one.xpath("string(b)") for one in shown] == ["退回", "不予受理", "转交", "提交"]
    assert shown[-1].get("class") == "next main" and shown[0].get("class") == "next back"
    assert [one.get("value") for one in shown] == ["2", "1", "3", "0"]
    assert render("{{ ui.next_bar([]) }}").strip() == ""
    only = parse(render("{{ ui.next_bar(ways) }}", ways=ways[2:3]))
    assert only.xpath("//*[contains(@class, 'main')]//b/text()") == ["退回"]


def test_html_of_others_is_shown_as_it_was_made_harmless(render: Render) -> None:
    text = render(
        "{{ ui.bubble('inbound', 'a', now, now, html=h|safe_html) }}",
        h="<p onclick=x>你好<script>alert(1)</script><a href='javascript:alert(1)'>a</a>"
        "<a href='https://x.test/'>b</a><img src='https://spy.test/p.gif' alt='图'><iframe src=x></iframe></p>"
        "<style>p{}</style><svg onload=alert(1)>",
    )
    tree = parse(text).xpath("//div[contains(@class, 'rich')]")[0]
    assert not tree.xpath(".//script|.//iframe|.//style|.//*[@onclick]|.//img/@src|.//*[local-name()='svg']")
    assert tree.xpath(".//a/@href") == ["https://x.test/"]
    assert "noreferrer" in tree.xpath(".//a[@href]/@rel")[0] and tree.xpath(".//img/@alt") == ["图"]
    plain = parse(render("{{ ui.bubble('inbound', 'a', now, now, html=h) }}", h="<b>x</b>"))
    assert not plain.xpath("//b[text()='x']"), "only what was made harmless is taken as HTML"
    assert Markup("<b>x</b>") == Markup("<b>x</b>")


def test_an_icon_that_does_not_exist_is_an_error(env: jinja2.Environment) -> None:
    with pytest.raises(ValueError, match="no icon named 'spelt'"):
        env.from_string("{{ icon('spelt') }}").render()


def test_undefined_names_are_errors(env: jinja2.Environment) -> None:
    with pytest.raises(jinja2.UndefinedError):
        env.from_string("{{ not_given }}").render()

"""What customers read: the acknowledgement, and the lines below every reply. In the customer's language."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Worded:
    """A message as plain text and as simple HTML (text alone, no pictures, no styles that a filter would mind)."""

    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """What an acknowledgement says. ``phases`` are (name, what happens there) as the chart words them for customers;
    ``by`` is when the customer hears from us next, ``promised`` when the matter should be solved (aware instants).
    """

    customer: str
    number: str
    title: str
    phases: Sequence[tuple[str, str]]
    url: str
    by: datetime | None = None
    promised: datetime | None = None
    company: str = ""
    zone: str = "Asia/Shanghai"
    provisional: bool = False


@dataclass(slots=True)
class Page:
    """Collects paragraphs in both forms."""

    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)

    def line(self, words: str) -> None:
        self.text.append(words)
        self.html.append(f"<p>{escape(words)}</p>")

    def link(self, words: str, url: str) -> None:
        self.text.append(f"{words}\n{url}")
        self.html.append(f'<p>{escape(words)}<br><a href="{escape(url)}">{escape(url)}</a></p>')

    def steps(self, title: str, steps: Sequence[tuple[str, str]]) -> None:
        rows = [f"{number}. {name}" + (f"：{words}" if words else "") for number, (name, words) in enumerate(steps, 1)]
        self.text.append("\n".join([title, *rows]))
        items = "".join(
            f"<li><b>{escape(name)}</b>{'：' + escape(words) if words else ''}</li>" for name, words in steps
        )
        self.html.append(f"<p>{escape(title)}</p><ol>{items}</ol>")

    def prose(self, words: str) -> None:
        """Somebody's own words: blank lines part paragraphs, line ends stay."""
        self.text.append(words.strip())
        for part in words.strip().split("\n\n"):
            lines = "<br>".join(escape(line) for line in part.splitlines())
            self.html.append(f"<p>{lines}</p>")

    def rule(self) -> None:
        self.text.append("—")
        self.html.append("<hr>")

    def done(self) -> Worded:
        return Worded(text="\n\n".join(self.text) + "\n", html="\n".join(self.html))


def local_time(at: datetime, zone: str) -> str:
    """``2026-11-24 16:30 (Asia/Shanghai, UTC+08:00)``: promised times always say their zone (correctness 31)."""
    there = at.astimezone(ZoneInfo(zone))
    offset = there.strftime("%z")
    name = gettext("北京时间") if zone == "Asia/Shanghai" else f"UTC{offset[:3]}:{offset[3:]}"
    return f"{there:%Y-%m-%d %H:%M} ({name})"


def acknowledgement(said: Acknowledged, *, language: str) -> Worded:
    """Confirms receipt and tells the process, the expected times and where to look (R52)."""
    with translation.override(language):
        page = Page()
        page.line(gettext("%(name)s，您好：") % {"name": said.customer})
        page.line(
            gettext("您反映的问题“%(title)s”我们已经收到，编号 %(number)s。")
            % {"title": said.title, "number": said.number}
        )
        if said.phases:
            page.steps(gettext("接下来我们会这样处理："), said.phases)
        for words, at in (
            (gettext("最迟 %(at)s 与您联系。"), said.by),
            (gettext("预计 %(at)s 前解决。"), said.promised),
        ):
            if at is not None:
                page.line(words % {"at": local_time(at, said.zone)})
        page.link(gettext("随时可以在这里查看进展、补充材料："), said.url)
        page.line(gettext("直接回复本邮件，内容会记入同一个问题。"))
        _sign(page, said.company)
        return page.done()


def reply(words: str, *, number: str, url: str, company: str = "", language: str) -> Worded:
    """A member of staff's words with the issue's number and the progress link below."""
    with translation.override(language):
        page = Page()
        page.prose(words)
        page.rule()
        page.link(gettext("问题编号 %(number)s，在这里查看进展：") % {"number": number}, url)
        _sign(page, company)
        return page.done()


def outside(words: str, *, company: str = "") -> Worded:
    """What a third party reads: the words alone, signed by the company. In the language in which they were written."""
    page = Page()
    page.prose(words)
    if company:
        page.rule()
        _sign(page, company)
    return page.done()


def _sign(page: Page, company: str) -> None:
    if company:
        page.line(company)

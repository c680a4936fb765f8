"""The answer as a sentence, and what one person more or less would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.bpmn import Chart
from bihuan.studio.rehearsing.assumptions import Assumptions
from bihuan.studio.rehearsing.figures import Figure, read_figure
from bihuan.web.studio.rehearsal_words import VERDICTS, decimal, percent, period, span, team_name


@dataclass(frozen=True, slots=True)
class Try:
    """A number of people, and the share that it gives."""

    people: int
    verdict: str
    figure: Figure

    def words(self) -> str:
        """94 %（够）."""
        said = _("%(share)s（%(verdict)s）")
        return said % {"share": percent(self.figure.mean, 0), "verdict": _(VERDICTS[self.verdict][2])}


def tries_of(answer: Mapping[str, object]) -> list[Try]:
    """All numbers tried, the smallest first."""
    found = []
    for one in cast("Sequence[Mapping[str, object]]", answer.get("tried", ())):
        figure = read_figure(one)
        if figure is not None:
            found.append(Try(int(str(one["people"])), str(one["verdict"]), figure))
    return found


def answer_of(chart: Chart | None, given: Assumptions, results: Mapping[str, object]) -> dict[str, object]:
    """The sentence in parts, the lines below it, and the numbers tried."""
    answer = results.get("answer")
    if not isinstance(answer, Mapping):
        return {"head": _("没有可以算人数的角色"), "number": "", "lines": [], "tries": []}
    tries = tries_of(answer)
    role, now = team_name(chart, str(answer["role"])), int(str(answer["now"]))
    need = int(str(answer["need"])) if answer.get("need") is not None else None
    found = {"when": period(given.first, given.last), "role": role, "tries": [_row(one, now, need) for one in tries]}
    if need is not None:
        number = ngettext("%(n)d 名", "%(n)d 名", need) % {"n": need}
        return {**found, "number": number, "head": "", "lines": _found(tries, need, now)}
    text = _("加到 %(n)d 名%(role)s也不一定够") if tries[-1].verdict == "unsure" else _("加到 %(n)d 名%(role)s也不够")
    head = text % {"n": tries[-1].people, "role": role}
    return {**found, "number": "", "head": head, "lines": _not_found(tries, chart, given, results)}


def _row(one: Try, now: int, need: int | None) -> dict[str, object]:
    tone, sign, word = VERDICTS[one.verdict]
    return {
        "people": one.people,
        "share": percent(one.figure.mean),
        "interval": span(one.figure, shares=True),
        "tone": tone,
        "sign": sign,
        "word": _(word),
        "now": one.people == now,
        "need": one.people == need,
    }


def _found(tries: Sequence[Try], need: int, now: int) -> list[str]:
    by_people = {one.people: one for one in tries}
    lines = [_than_now(need, now)]
    less, more = by_people.get(need - 1), by_people.get(need + 1)
    if less is not None:
        lines.append(_("少到 %(n)d 人是 %(share)s。") % {"n": less.people, "share": less.words()})
    if more is not None:
        points = (more.figure.mean - by_people[need].figure.mean) * 100
        words = {"n": more.people, "share": percent(more.figure.mean, 0), "points": decimal(max(0.0, points))}
        lines.append(_("再多到 %(n)d 人是 %(share)s，多 %(points)s 个百分点。") % words)
    return lines


def _than_now(need: int, now: int) -> str:
    if need == now:
        return _("和这个方案的人数一样。")
    apart = abs(need - now)
    if need > now:
        words = ngettext("比这个方案的 %(now)d 人多 %(n)d 人。", "比这个方案的 %(now)d 人多 %(n)d 人。", apart)
    else:
        words = ngettext("比这个方案的 %(now)d 人少 %(n)d 人。", "比这个方案的 %(now)d 人少 %(n)d 人。", apart)
    return words % {"now": now, "n": apart}


def _not_found(
    tries: Sequence[Try], chart: Chart | None, given: Assumptions, results: Mapping[str, object]
) -> list[str]:
    """Why more of them do not help: the limit is shorter than the way, or others are the narrow place."""
    last = tries[-1]
    lines = [_("到那时也只有 %(share)s。") % {"share": percent(last.figure.mean, 0)}]
    narrow = _narrow(given, results)
    if narrow:
        words = {"role": team_name(chart, narrow), "used": percent(_used(results, narrow), 0)}
        lines.append(_("多半卡在%(role)s，他们已经忙到 %(used)s；先给他们加人再算。") % words)
    else:
        lines.append(_("不是人手的问题：步骤本身的用时、等客户和返工已经超过时限。"))
    return lines


def _narrow(given: Assumptions, results: Mapping[str, object]) -> str:
    """The busiest other role, if it is too busy."""
    teams = results.get("teams")
    others = [str(key) for key in teams if key != given.goal.role] if isinstance(teams, Mapping) else []
    busiest = max(others, key=lambda key: _used(results, key), default="")
    return busiest if busiest and _used(results, busiest) > 0.85 else ""


def _used(results: Mapping[str, object], key: str) -> float:
    teams = cast("Mapping[str, Mapping[str, object]]", results["teams"])
    figure = read_figure(teams[key].get("used"))
    return 0.0 if figure is None else figure.mean

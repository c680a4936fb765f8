"""A draft on its way: who reviews it, what they remark on the picture, what they sign, what comes next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.accounts import queries as people
from bihuan.accounts.models import User
from bihuan.bpmn.draw import DrawMarks, Finding
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound, Refused
from bihuan.studio import operations, queries
from bihuan.studio.models import Comment, Draft, Review, Signature
from bihuan.studio.queries import Element, Readiness
from bihuan.web.present.words import role_name
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, language_of, number_of
from bihuan.web.studio import pictures
from bihuan.web.studio.gallery import stage_word, today
from bihuan.web.studio.rehearsal_list import rehearsal_lines
from bihuan.web.studio.suggestions import element_choices, place_name, proposal_view
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.navigation import address

_PATH: Final = ("draft", "review", "test", "published")
_ITEMS: Final = (
    ("steps", gettext_noop("步骤有没有遗漏")),
    ("branches", gettext_noop("分支是否齐全，每一种情况都有去处")),
    ("limits", gettext_noop("时限和日历")),
    ("people", gettext_noop("负责人和部门")),
    ("forms", gettext_noop("表单和要填的内容")),
    ("cautions", gettext_noop("注意事项和操作方法")),
    ("exceptions", gettext_noop("异常情况：退回、超时、客户联系不上")),
)
_ANSWERS: Final = (
    ("ok", gettext_noop("没问题")),
    ("missing", gettext_noop("有遗漏")),
    ("wrong", gettext_noop("有错误")),
)
_VERDICTS: Final = {
    "": (gettext_noop("未签"), "grey", "clock"),
    "agree": (gettext_noop("同意"), "green", "check"),
    "changes": (gettext_noop("需要修改"), "red", "edit"),
}
_ROUNDS: Final = {
    "open": gettext_noop("评审中"),
    "agreed": gettext_noop("全部同意"),
    "changes": gettext_noop("需要修改"),
    "taken_back": gettext_noop("已收回"),
}


@require_GET
@login_required
def page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The whole of it."""
    return _show(request, draft_id)


def _show(
    request: HttpRequest, draft_id: int, *, refusal: str = "", status: int = 200, given: QueryDict | None = None
) -> HttpResponse:
    actor, now = actor_of(request), system_now()
    draft = queries.draft(actor=actor, draft_id=draft_id)
    ready = queries.readiness(actor=actor, draft=draft)
    rounds = queries.reviews(actor=actor, draft_id=draft_id)
    elements = queries.elements_of(bytes(draft.chart))
    threads = _threads(actor, draft_id, elements)
    latest = rounds[0] if rounds else None
    context = {
        "draft": _draft(draft),
        "phases": _phases(draft.stage),
        "ready": {
            "faults": len(ready.problems) + len(ready.errors) + len(ready.missing_forms),
            "warnings": len(ready.warnings),
        },
        "standing": _standing(draft, latest, ready, threads),
        "picture": pictures.picture(
            bytes(draft.chart), language=language_of(request), marks=DrawMarks(findings=_markers(threads))
        ),
        "threads": threads,
        "choices": element_choices(elements, given.get("element", "") if given else ""),
        "rounds": [_round(each, ready.content_hash) for each in rounds],
        "sign": _sign(actor, draft, latest, given),
        "people": _askable(actor, draft, given) if queries.may_edit(actor, draft) else [],
        "given": given or {},
        "may": {
            "edit": queries.may_edit(actor, draft),
            "take_back": queries.may_take_back(actor=actor, draft=draft, review=latest),
            "publish": queries.may_publish(actor) and draft.stage in ("draft", "test"),
            "comment": queries.may_comment(actor=actor, draft=draft),
        },
        "suggestions": [
            proposal_view(one, elements) for one in queries.open_suggestions(actor=actor, key=draft.key)[:20]
        ],
        "rehearse": address("web:studio_rehearse", draft.pk),
        "rehearsals": rehearsal_lines(actor, draft, ready.content_hash),
        "drill": address("web:studio_drills", draft.pk),
        "refusal": refusal,
        "today": today(now).isoformat(),
        "now": now,
    }
    return render(request, "studio/life.html", context, status=status)


def _draft(draft: Draft) -> dict[str, object]:
    return {
        "id": draft.pk,
        "key": draft.key,
        "name": in_language(draft.name, draft.name_en),
        "number": queries.next_number(draft) if draft.published is None else draft.published.number,
        "stage": draft.stage,
        "stage_word": stage_word(draft.stage),
        "revision": draft.revision,
        "by": draft.updated_by_name,
        "at": draft.updated_at,
        "base": draft.base.number if draft.base is not None else None,
    }


def _phases(stage: str) -> list[dict[str, str]]:
    """The path at the head; a draft that was given up stands nowhere on it."""
    at = _PATH.index(stage) if stage in _PATH else -1
    words = (_("草稿"), _("评审"), _("测试"), _("发布"))
    states = ["done" if n < at or stage == "published" else "now" if n == at else "ahead" for n in range(len(words))]
    return [{"name": name, "state": state} for name, state in zip(words, states, strict=True)]


def _standing(
    draft: Draft, latest: Review | None, ready: Readiness, threads: Sequence[Mapping[str, object]]
) -> dict[str, str]:
    """What the newest round means for the draft as it is now: a sentence and its tone."""
    if latest is None or draft.stage in ("published", "discarded"):
        return {}
    if latest.state == "open":
        waited = "、".join(one.user_name for one in latest.signatures.all() if not one.verdict)
        return {"tone": "blue", "icon": "clock", "text": _("等 %(who)s 签字；全部同意以后就能发布。") % {"who": waited}}
    same = latest.content_hash == ready.content_hash
    if latest.state == "agreed" and not same:
        text = _("评审人签过的是修改之前的内容：那些签字已经失效，需要重新评审。")
        return {"tone": "gold", "icon": "alert", "text": text}
    if latest.state == "agreed":
        return {"tone": "green", "icon": "check", "text": _("评审人已全部签字，签的就是现在这份内容。")}
    if latest.state == "changes" and draft.stage == "draft":
        left = sum(not one["resolved"] for one in threads)
        text = _("上一轮评审要求修改，图上还有 %(n)d 条意见没有处理。") % {"n": left}
        return {"tone": "red", "icon": "edit", "text": text}
    return {}


def _threads(actor: Actor, draft_id: int, elements: Mapping[str, Element]) -> list[dict[str, object]]:
    found = queries.comments(actor=actor, draft_id=draft_id)
    return [_thread(actor, number, each, elements) for number, each in enumerate(found, 1)]


def _thread(actor: Actor, number: int, comment: Comment, elements: Mapping[str, Element]) -> dict[str, object]:
    return {
        "id": comment.pk,
        "number": number,
        "element": comment.element,
        "place": place_name(comment.element, elements),
        "text": comment.text,
        "by": comment.by_name,
        "at": comment.at,
        "revision": comment.revision,
        "resolved": comment.resolved_at is not None,
        "resolved_by": comment.resolved_by_name,
        "may_resolve": queries.may_resolve(actor=actor, comment=comment),
        "replies": [{"text": one.text, "by": one.by_name, "at": one.at} for one in comment.replies.all()],
    }


def _markers(threads: Sequence[Mapping[str, object]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(int(str(one["number"])), str(one["element"]), severe=False, text=str(one["text"])[:300])
        for one in threads
        if one["element"] and not one["resolved"]
    )


def _round(review: Review, content_hash: str) -> dict[str, object]:
    return {
        "id": review.pk,
        "state": review.state,
        "word": _(_ROUNDS[review.state]),
        "note": review.note,
        "due": review.due,
        "by": review.asked_by_name,
        "at": review.asked_at,
        "hash": review.content_hash[:8],
        "void": review.content_hash != content_hash,
        "signatures": [_signature(one) for one in review.signatures.all()],
    }


def _signature(one: Signature) -> dict[str, object]:
    word, tone, icon = _VERDICTS[one.verdict]
    answers = dict(_ANSWERS)
    marked = [
        f"{_(label)}：{_(answers[answer])}"
        for item, label in _ITEMS
        if (answer := one.checklist.get(item, "ok")) in ("missing", "wrong")
    ]
    return {
        "name": one.user_name,
        "word": _(word),
        "tone": tone,
        "icon": icon,
        "note": one.note,
        "marked": marked,
        "at": one.signed_at,
    }


def _sign(actor: Actor, draft: Draft, latest: Review | None, given: QueryDict | None) -> dict[str, object] | None:
    """The form for whoever is asked to sign."""
    if latest is None or not queries.may_sign(actor=actor, draft=draft, review=latest):
        return None
    mine = next(one for one in latest.signatures.all() if one.user_id == actor.user_id)
    chosen = {item: given.get(f"item:{item}", "") for item, _label in _ITEMS} if given else mine.checklist
    return {
        "review": latest.pk,
        "hash": latest.content_hash,
        "signed": mine.verdict,
        "note": given.get("note", "") if given else mine.note,
        "items": [
            {
                "key": item,
                "label": _(label),
                "answers": [{"key": key, "word": _(word), "on": chosen.get(item) == key} for key, word in _ANSWERS],
            }
            for item, label in _ITEMS
        ],
    }


def _askable(actor: Actor, draft: Draft, given: QueryDict | None) -> list[dict[str, object]]:
    """Staff who may be asked: everybody but the authors."""
    authors = queries.authors_of(draft) | {actor.user_id}
    chosen = given.getlist("reviewers") if given else []
    return [
        {"username": one.username, "name": one.name, "posts": _posts(one), "on": one.username in chosen}
        for one in people.people(actor=actor)
        if one.pk not in authors
    ]


def _posts(person: User) -> str:
    """What the person is in the company."""
    return "、".join(role_name(role) for role in sorted(people.actor_for_user(person).roles))


def _back(draft_id: int, anchor: str = "") -> HttpResponse:
    return redirect(f"{reverse('web:studio_life', args=[draft_id])}{anchor}")


def _said_again(request: HttpRequest, draft_id: int, refused: Refused) -> HttpResponse:
    """The page with the reason and all that was typed."""
    return _show(request, draft_id, refusal=refusal_text(refused), status=refused.status, given=request.POST.copy())


@require_http_methods(["POST"])
@login_required
def ask(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Asks for a review."""
    try:
        operations.ask_review(
            draft_id=draft_id,
            revision=number_of(request.POST.get("revision")) or 0,
            reviewers=request.POST.getlist("reviewers"),
            note=request.POST.get("note", ""),
            due=_day(request.POST.get("due", "")),
            actor=actor_of(request),
            now=system_now(),
        )
    except Refused as refused:
        return _said_again(request, draft_id, refused)
    return _back(draft_id)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date() if text else None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise NotFound from None


@require_POST
@login_required
def sign(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Signs, or asks for changes."""
    answers = {item: request.POST.get(f"item:{item}", "") for item, _label in _ITEMS}
    try:
        operations.sign_review(
            review_id=number_of(request.POST.get("review")) or 0,
            content_hash=request.POST.get("hash", ""),
            verdict=request.POST.get("verdict", ""),
            checklist={item: answer for item, answer in answers.items() if answer},
            note=request.POST.get("note", ""),
            actor=actor_of(request),
            now=system_now(),
        )
    except Refused as refused:
        return _said_again(request, draft_id, refused)
    return _back(draft_id)


@require_POST
@login_required
def take_back(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Back to the drawing board."""
    operations.take_back(draft_id=draft_id, actor=actor_of(request), now=system_now())
    return _back(draft_id)


@require_POST
@login_required
def comment(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A remark on an element."""
    try:
        made = operations.add_comment(
            draft_id=draft_id,
            element=request.POST.get("element", "").replace("\x00", ""),
            text=request.POST.get("text", ""),
            actor=actor_of(request),
            now=system_now(),
        )
    except Refused as refused:
        return _said_again(request, draft_id, refused)
    return _back(draft_id, f"#comment-{made.pk}")


@require_POST
@login_required
def thread(request: HttpRequest, draft_id: int, comment_id: int) -> HttpResponse:
    """An answer, or the remark is resolved or open again."""
    actor, now, act = actor_of(request), system_now(), request.POST.get("act")
    try:
        if act == "answer":
            text = request.POST.get("answer", "")
            operations.answer_comment(comment_id=comment_id, text=text, actor=actor, now=now)
        elif act in ("resolve", "reopen"):
            operations.resolve_comment(comment_id=comment_id, resolved=act == "resolve", actor=actor, now=now)
        else:
            raise NotFound
    except Refused as refused:
        return _said_again(request, draft_id, refused)
    return _back(draft_id, f"#comment-{comment_id}")

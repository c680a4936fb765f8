"""Finding what was learnt. Staff only."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.cursors import decode_instant, encode_cursor
from bihuan.core.errors import NotFound
from bihuan.core.text import highlight_terms, search_query
from bihuan.knowledge.models import Article

_AROUND = 50


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` is the cursor of the following page; ``snippets`` show where the text was found."""

    items: list[Article]
    next: str | None
    snippets: dict[int, str] = field(default_factory=dict)


def _visible(actor: Actor) -> QuerySet[Article]:
    rows = Article.objects.select_related("author").defer("search")
    return rows.none() if actor.kind is ActorKind.CUSTOMER else rows


def _matching(rows: QuerySet[Article], query: str) -> QuerySet[Article]:
    return rows.annotate(hit=RawSQL("search @@ %s::tsquery", [query])).filter(hit=True)


def _after(rows: QuerySet[Article], cursor: str | None) -> QuerySet[Article]:
    if not cursor:
        return rows
    moment, pk = decode_instant(cursor, "updated")
    return rows.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=pk))


def _snippet(text: str, query: str) -> str:
    folded = text.casefold()
    for term in highlight_terms(query):
        at = folded.find(term.casefold())
        if at >= 0:
            start, end = max(0, at - _AROUND), at + len(term) + _AROUND
            return f"{'…' if start else ''}{' '.join(text[start:end].split())}{'…' if end < len(text) else ''}"
    return ""


def search(*, actor: Actor, text: str, cursor: str | None = None, limit: int = 30) -> Page:
    """Articles that hold every piece of the text, the latest first; all without a text."""
    rows = _visible(actor)
    if text.strip():
        query = search_query(text)
        rows = _matching(rows, query) if query else rows.none()
    found = list(_after(rows, cursor).order_by("-updated_at", "-pk")[: limit + 1])
    items = found[:limit]
    following = encode_cursor("updated", items[-1].updated_at, items[-1].pk) if len(found) > limit else None
    return Page(items, following, {item.pk: _snippet(item.body, text) for item in items} if text.strip() else {})


def article(*, actor: Actor, article_id: int) -> Article:
    """One article."""
    found = _visible(actor).filter(pk=article_id).first()
    if found is None:
        raise NotFound
    return found


def similar(*, actor: Actor, text: str, limit: int = 5) -> list[Article]:
    """Articles that share the most pieces with the text, the best first."""
    query = search_query(text).replace(" <-> ", " | ").replace(" & ", " | ")
    if not query:
        return []
    rows = _matching(_visible(actor), query).annotate(rank=RawSQL("ts_rank(search, %s::tsquery)", [query]))
    return list(rows.order_by("-rank", "-pk")[:limit])

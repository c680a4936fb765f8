"""Keeping what was learnt."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.core.text import search_vector
from bihuan.knowledge.models import Article

_BODY = 100_000


class TitleMissing(Refused):
    code = "title_missing"
    text = gettext_noop("请给知识条目写标题。")


def _index(article_id: int, *texts: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE knowledge_article SET search = %s::tsvector WHERE id = %s", [search_vector(*texts), article_id]
        )


@operation()
def archive_case(
    *,
    title: str,
    keywords: str,
    body: str,
    source_number: str,
    source_id: int,
    category: str = "",
    departments: Sequence[int] = (),
    actor: Actor,
    now: datetime,
) -> Article:
    """The article of a closed case; archiving the same case again brings its article up to date."""
    if actor.kind is ActorKind.CUSTOMER:
        raise Forbidden
    if not title.strip():
        raise TitleMissing
    values = {
        "title": title.strip()[:300],
        "keywords": keywords.strip()[:300],
        "body": body[:_BODY],
        "source_number": source_number,
        "category": category[:64],
        "departments": list(departments),
        "author_id": actor.user_id,
        "updated_at": now,
    }
    article, _made = Article.objects.update_or_create(
        source_id=source_id, defaults=values, create_defaults={**values, "created_at": now, "search": ""}
    )
    _index(article.pk, article.title, article.keywords, article.body, source_number)
    audit.record(actor=actor, action="article.archived", object_type="article", object_id=article.pk, now=now)
    return article


@operation()
def update_article(*, article_id: int, title: str, keywords: str, body: str, actor: Actor, now: datetime) -> Article:
    """Rewrites an article."""
    if not actor.can("issues.archive"):
        raise Forbidden
    article = Article.objects.select_for_update().filter(pk=article_id).first()
    if article is None:
        raise NotFound
    if not title.strip():
        raise TitleMissing
    article.title, article.keywords, article.body = title.strip()[:300], keywords.strip()[:300], body[:_BODY]
    article.updated_at = now
    article.save(update_fields=["title", "keywords", "body", "updated_at"])
    _index(article.pk, article.title, article.keywords, article.body, article.source_number)
    audit.record(actor=actor, action="article.changed", object_type="article", object_id=article.pk, now=now)
    return article

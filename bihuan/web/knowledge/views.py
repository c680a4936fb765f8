"""The knowledge base."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.knowledge import queries as knowledge
from bihuan.web.request import actor_of


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Newest articles, or those that a text finds."""
    text = request.GET.get("q", "").strip()[:200]
    page = knowledge.search(actor=actor_of(request), text=text, cursor=request.GET.get("cursor"), limit=30)
    articles = [
        {
            "id": article.pk,
            "title": article.title,
            "keywords": article.keywords,
            "updated": article.updated_at,
            "snippet": page.snippets.get(article.pk) or article.body[:160],
        }
        for article in page.items
    ]
    following = f"{reverse('web:knowledge')}?{urlencode({'q': text, 'cursor': page.next})}" if page.next else ""
    context = {
        "articles": articles,
        "q": text,
        "following": following,
        "foot": _("本页 %(n)d 篇") % {"n": len(articles)},
    }
    return render(request, "knowledge/list.html", context)


@require_GET
@login_required
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    """One article."""
    found = knowledge.article(actor=actor_of(request), article_id=article_id)
    view = {
        "title": found.title,
        "words": [word for word in found.keywords.split("-") if word],
        "body": found.body,
        "source": found.source_number,
        "author": found.author.name if found.author else "",
        "source_href": reverse("web:issue", args=[found.source_id]) if found.source_id else "",
        "updated": found.updated_at,
    }
    return render(request, "knowledge/article.html", {"article": view})

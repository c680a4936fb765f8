"""What views read off a request."""

from typing import cast

from django.http import HttpRequest

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def language_of(request: HttpRequest) -> str:
    """``zh-hans`` or ``en``."""
    return "en" if str(getattr(request, "LANGUAGE_CODE", "")).startswith("en") else "zh-hans"


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; a visit in place (``HX-Boosted``) wants all of it."""
    if request.headers.get("HX-Boosted") == "true":
        return False
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def stays(request: HttpRequest) -> bool:
    """Whether the page that asks stays as it is when the answer is a refusal, so that a notice is enough."""
    return request.headers.get("HX-Request") == "true"


def number_of(text: str | None) -> int | None:
    """A database id from an address or form; None when there is none; refuses nonsense as not found."""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise NotFound
    return int(text)


def client_address(request: HttpRequest) -> str:
    """The peer's address; a proxy's header counts only behind a local proxy."""
    peer = str(request.META.get("REMOTE_ADDR") or "")
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and peer in ("127.0.0.1", "::1"):
        return forwarded.rsplit(",", 1)[-1].strip()[:64]
    return peer

"""The Jinja2 environment of all pages."""

from collections.abc import Callable, Mapping
from typing import cast

import jinja2
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import translation

from bihuan.web.ui.assets import asset, sprite
from bihuan.web.ui.filters import FILTERS, clock_words
from bihuan.web.ui.html import safe_html
from bihuan.web.ui.icons import icon
from bihuan.web.ui.ledger import strip
from bihuan.web.ui.navigation import address, places
from bihuan.web.ui.words import channel_word, priority_word, status_word


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named page: ``url('web:issue', 12)``."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def static(path: str) -> str:
    """The address of a file of the static folder that is not part of the build."""
    return f"{django_settings.STATIC_URL}{path}"


def language() -> str:
    """The active language: ``zh-hans`` or ``en``."""
    return translation.get_language() or "zh-hans"


def in_language(chinese: str, english: str) -> str:
    """Of a pair of texts kept with the data, the one for the reader (Chinese where the other is missing)."""
    return english if english and language().startswith("en") else chinese


def asset_kinds(entry: str) -> Mapping[str, list[str]]:
    """``asset`` by kind: ``css`` and ``js``."""
    urls = asset(entry)
    return {kind: [found for found in urls if found.endswith(f".{kind}")] for kind in ("css", "js")}


def environment(**options: object) -> jinja2.Environment:
    """The environment for Django's Jinja2 backend: an undefined name is an error, everything is escaped."""
    settings = {**options, "undefined": jinja2.StrictUndefined, "autoescape": True}
    settings.update(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"])
    env = cast(Callable[..., jinja2.Environment], jinja2.Environment)(**settings)
    env.policies["ext.i18n.trimmed"] = True
    install = cast(Callable[..., None], env.install_gettext_callables)  # type: ignore[attr-defined]
    install(
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.filters.update(FILTERS, safe_html=safe_html)
    env.globals.update(
        asset=asset,
        asset_kinds=asset_kinds,
        sprite=sprite,
        icon=icon,
        url=url,
        address=address,
        places=places,
        language=language,
        in_language=in_language,
        status_word=status_word,
        priority_word=priority_word,
        channel_word=channel_word,
        strip=strip,
        static=static,
        clock_words=clock_words,
    )
    return env

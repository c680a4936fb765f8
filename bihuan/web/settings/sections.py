"""The pages of the settings, in the groups of their menu. A room that can be set up adds its line here."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.web.ui.navigation import address


@dataclass(frozen=True, slots=True)
class Section:
    """``name``: the address's name; ``right``: the permission that it takes; ``about``: what is found there."""

    key: str
    name: str
    group: str
    text: str
    about: str
    icon: str
    right: str = "settings.edit"


PEOPLE, ISSUES, TIME, TEXTS, SYSTEM = (
    gettext_noop("组织与权限"), gettext_noop("问题"), gettext_noop("时间与时限"), gettext_noop("文字"), gettext_noop("系统")
)  # fmt: skip
SECTIONS: tuple[Section, ...] = ()


def sections(actor: Actor) -> list[tuple[str, list[dict[str, str]]]]:
    """The menu's groups with the pages that exist and that the actor may open."""
    found: dict[str, list[dict[str, str]]] = {}
    for each in SECTIONS:
        href = address(each.name)
        if href and actor.can(each.right):
            entry = {"key": each.key, "href": href, "text": gettext(each.text), "icon": each.icon}
            found.setdefault(each.group, []).append(entry | {"about": gettext(each.about)})
    return [(gettext(group), found[group]) for group in (PEOPLE, ISSUES, TIME, TEXTS, SYSTEM) if group in found]


def settings_context(actor: Actor, key: str) -> dict[str, object]:
    """What ``settings/base.html`` needs: the menu, and which entry is lit. Refuses who may not open that page."""
    wanted = next(each for each in SECTIONS if each.key == key)
    if not actor.can(wanted.right):
        raise Forbidden
    return {"settings_menu": sections(actor), "settings_key": key, "settings_title": gettext(wanted.text)}

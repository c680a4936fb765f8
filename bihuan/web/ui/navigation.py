"""The main menu, and addresses of pages that an installation may not have."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_noop

from bihuan.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the menu. ``right``: permissions of which one shows it ('' = everybody); ``minor``: not on the phone's bar."""

    key: str
    name: str
    label: str
    icon: str
    right: str = ""
    minor: bool = False

    @property
    def text(self) -> str:
        """The label in the reader's language."""
        return gettext(self.label)


PLACES = (
    Place("desk", "web:desk", gettext_noop("工作台"), "desk"),
    Place("issues", "web:issues", gettext_noop("问题"), "issues"),
    Place("customers", "web:customers", gettext_noop("客户"), "people"),
    Place("knowledge", "web:knowledge", gettext_noop("知识"), "book"),
    Place("charts", "web:charts", gettext_noop("流程"), "flow"),
)
SETTINGS = Place(
    "settings", "web:settings", gettext_noop("设置"), "gear", right="settings.edit people.edit audit.read", minor=True
)


def address(name: str, *args: object) -> str:
    """The address of a named page, or '' where this installation has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def places(actor: Actor | None) -> list[tuple[Place, str]]:
    """The menu's pages that exist and that the actor may open, with their addresses."""
    found = [(place, address(place.name)) for place in (*PLACES, SETTINGS)]
    return [
        (place, url)
        for place, url in found
        if url and (not place.right or (actor is not None and any(map(actor.can, place.right.split()))))
    ]

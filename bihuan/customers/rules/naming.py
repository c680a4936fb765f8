"""A customer's name, and how it is found on a keyboard."""

from typing import TypedDict

from bihuan.core.pinyin import initials_of, sounds_of


class Named(TypedDict):
    """The columns that go with a name."""

    name: str
    initials: str
    sounds: str


def named(name: str) -> Named:
    """The name with its initials (云溪医院 → yxyy) and its sounds; whoever writes a name writes all three."""
    return {"name": name, "initials": initials_of(name), "sounds": sounds_of(name)}

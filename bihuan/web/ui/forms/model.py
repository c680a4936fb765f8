"""Values that go into and come out of the form component."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: ``path`` like ("steps", 0, "owner"), empty for the form as a whole.

    ``message`` is a whole sentence in the reader's language that also says how to mend it.
    """

    path: tuple[str | int, ...]
    message: str
    label: str = ""

    @property
    def name(self) -> str:
        """The name of the HTML field: steps-0-owner."""
        return "-".join(str(part) for part in self.path)

    @property
    def pointer(self) -> str:
        """The JSON pointer: /steps/0/owner."""
        return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in self.path)


@dataclass(frozen=True, slots=True)
class Option:
    """A value that may be chosen and its text; ``criterion`` says when it is the right one."""

    value: str
    text: str
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """An attachment that is already stored; ``size`` in bytes."""

    id: str
    name: str
    size: int
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContext:
    """What a form needs from outside: whom and what one may choose, stored files, values for ``x-default``.

    ``values`` are the names that defaults speak of (``now``, ``actor``, ``actor_department``, ``customer.name``).
    ``zone`` is that of the reader: instants are shown and typed in it.
    """

    people: Sequence[Option] = ()
    departments: Sequence[Option] = ()
    files: Sequence[FileInfo] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    upload_url: str = ""
    zone: tzinfo | None = None

"""The project's files as the tests of its rules see them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "bihuan"
_GENERATED = {"node_modules", "dist", ".venv", "var", "__pycache__", ".git"}


@dataclass(frozen=True, slots=True)
class Source:
    """A Python file: its path from the project's folder, and its syntax tree."""

    name: str
    text: str
    tree: ast.Module

    @property
    def rooms(self) -> tuple[str, ...]:
        """``bihuan/flows/operations/run.py`` → ``("flows", "operations", "run")``."""
        return tuple(Path(self.name).with_suffix("").parts[1:])


def files(folder: Path, pattern: str) -> list[Path]:
    """Files written by people, in a stable order."""
    found = (path for path in folder.rglob(pattern) if path.is_file())
    return sorted(path for path in found if not _GENERATED & set(path.relative_to(ROOT).parts))


def name_of(path: Path) -> str:
    """The path from the project's folder."""
    return path.relative_to(ROOT).as_posix()


@cache
def package_sources() -> tuple[Source, ...]:
    """All Python files of the package but the generated migrations."""
    return tuple(
        Source(name_of(path), text := path.read_text(encoding="utf-8"), ast.parse(text))
        for path in files(PACKAGE, "*.py")
        if "migrations" not in path.parts
    )


def apps() -> list[str]:
    """The Django apps."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/apps.py"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the last name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield last_name(node.func), node


def last_name(node: ast.expr) -> str:
    """``a.b.c`` → ``c``; nothing for what has no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""

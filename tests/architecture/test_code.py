"""House rules that are visible in the syntax of the package."""

import ast
import re
from collections.abc import Iterator

from tests.architecture import exceptions
from tests.architecture.sources import Source, apps, calls, last_name, package_sources

_ENTRY_ROOMS = {"web", "api", "cli", "config"}
_ENTRY_MODULES = {"tasks", "subscribers", "listener", "middleware"}


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _defaults(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, ast.expr]]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    yield from zip([each.arg for each in positional[::-1]], arguments.defaults[::-1], strict=False)
    yield from (
        (each.arg, value) for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value
    )


def test_time_has_no_default() -> None:
    wrong = {
        f"{source.name}:{function.lineno}": f"{function.name}({name}=…)"
        for source in package_sources()
        for function in _functions(source.tree)
        for name, _ in _defaults(function)
        if name == "now"
    }
    assert not wrong, "time is an argument: no default for `now`"


def _asks_the_clock(source: Source) -> bool:
    imported = any(
        isinstance(node, ast.ImportFrom) and node.module == "bihuan.core.clock" for node in ast.walk(source.tree)
    )
    system = {"time", "today", "utcnow"}
    called = any(
        name in system
        and isinstance(call.func, ast.Attribute)
        and last_name(call.func.value) in {"time", "date", "datetime"}
        for name, call in calls(source.tree)
    )
    return imported or called


def test_entry_points_alone_ask_the_clock() -> None:
    found = {
        source.name: "asks the clock; take `now` from the caller"
        for source in package_sources()
        if source.rooms[0] not in _ENTRY_ROOMS
        and source.rooms[-1] not in _ENTRY_MODULES
        and source.name != "bihuan/core/clock.py"
        and _asks_the_clock(source)
    }
    exceptions.check("Entry points alone ask the clock.", found, exceptions.ASKS_THE_CLOCK)


def test_models_hold_fields_and_nothing_that_acts() -> None:
    wrong = []
    for source in package_sources():
        if "models" not in source.rooms[1:]:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "clean", "full_clean"}:
                wrong.append(f"{source.name}:{node.lineno} overrides {node.name}")
            if isinstance(node, ast.Assign) and any(last_name(target) == "ordering" for target in node.targets):
                wrong.append(f"{source.name}:{node.lineno} has a default ordering")
            if isinstance(node, ast.FunctionDef) and any(last_name(each) == "property" for each in node.decorator_list):
                queries = [
                    name for name, _ in calls(node) if name in {"filter", "get", "exists", "count", "all", "first"}
                ]
                if queries:
                    wrong.append(f"{source.name}:{node.lineno} property {node.name} queries")
    assert not wrong


def test_there_are_no_signals() -> None:
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in package_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.dispatch", "django.db.models.signals"))
    ]
    assert not wrong, "no signals: a registry that checks the interface, or an outbox row"


def test_nothing_is_evaluated() -> None:
    wrong = [
        f"{source.name}:{call.lineno} {name}"
        for source in package_sources()
        for name, call in calls(source.tree)
        if isinstance(call.func, ast.Name) and name in {"eval", "exec", "compile", "__import__"}
    ]
    assert not wrong


def _annotation_parts(tree: ast.AST) -> set[int]:
    """Nodes inside annotations, where a model is only the name of a type."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.expr | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            parts.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            parts.append(node.returns)
        elif isinstance(node, ast.Call) and last_name(node.func) in {"cast", "isinstance"} and len(node.args) == 2:
            parts.append(node.args[0 if last_name(node.func) == "cast" else 1])
        inside.update(id(each) for part in parts if part is not None for each in ast.walk(part))
    return inside


def _models_used(source: Source) -> list[str]:
    names = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and re.fullmatch(r"bihuan\.\w+\.models", node.module or "")
        for alias in node.names
    }
    inside = _annotation_parts(source.tree)
    return sorted(
        {
            node.id
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Name) and node.id in names and id(node) not in inside
        }
    )


def test_pages_and_rest_know_models_as_types_only() -> None:
    found = {
        source.name: f"uses {', '.join(used)}; ask a query, call an operation"
        for source in package_sources()
        if source.rooms[0] in {"web", "api"} and (used := _models_used(source))
    }
    exceptions.check("Pages and REST never touch models.", found, exceptions.USES_MODELS)


def _operations() -> Iterator[tuple[Source, ast.FunctionDef]]:
    """Public functions that an app's operations offer: those that its ``__init__`` names, or all of a single module."""
    for app in apps():
        sources = {source.name: source for source in package_sources() if source.rooms[:2] == (app, "operations")}
        init = sources.get(f"bihuan/{app}/operations/__init__.py")
        offered = (
            {alias.name for node in ast.walk(init.tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
            if init
            else None
        )
        for source in sources.values():
            for node in source.tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    if offered is None or node.name in offered:
                        yield source, node


def test_operations_take_everything_by_keyword() -> None:
    found = {
        f"{source.name}::{function.name}": "takes positional arguments"
        for source, function in _operations()
        if function.args.args or function.args.posonlyargs
    }
    exceptions.check("Operations are keyword-only.", found, exceptions.POSITIONAL)


def test_operations_are_verbs() -> None:
    names = [function.name for _, function in _operations()]
    assert len(names) > 30
    assert not [name for name in names if name.endswith(("_helper", "_util", "_impl"))]


def _refusal_codes() -> Iterator[tuple[str, str]]:
    for source in package_sources():
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.ClassDef) or not node.bases:
                continue
            for part in node.body:
                if isinstance(part, ast.Assign | ast.AnnAssign) and isinstance(part.value, ast.Constant):
                    targets = part.targets if isinstance(part, ast.Assign) else [part.target]
                    if any(last_name(target) == "code" for target in targets) and isinstance(part.value.value, str):
                        yield part.value.value, f"{source.name}:{node.name}"


def test_every_refusal_has_a_code_of_its_own() -> None:
    seen: dict[str, str] = {}
    double = []
    for code, place in _refusal_codes():
        if seen.setdefault(code, place) != place:
            double.append(f"{code}: {seen[code]} and {place}")
    assert len(seen) > 20
    assert not double

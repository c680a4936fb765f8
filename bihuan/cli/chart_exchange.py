"""``bihuan chart export | import``: a flow with its forms and tables as a file."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.flows.operations import Package


def add_actions(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers both."""
    out = actions.add_parser("export", help="a published chart with forms and tables as a package file")
    out.add_argument("key", metavar="KEY")
    out.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.bihuan.zip")
    out.add_argument("--version", type=int, default=0, metavar="N", help="not the one in force but this one")
    out.set_defaults(run=_export)
    into = actions.add_parser("import", help="a package, BPMN or DMN file becomes a draft; 1: refused")
    into.add_argument("file", type=Path, metavar="FILE")
    into.add_argument("--name", default="", help="what the draft is called")
    into.set_defaults(run=_import)
    for each in (out, into):
        each.add_argument("--json", action="store_true")


def _export(args: argparse.Namespace) -> int:
    from bihuan.cli.ground import on_database

    on_database()
    from bihuan.studio.operations import export_package

    found = _package(args.key, args.version)
    if found is None:
        return _say("export", f"no version of {args.key}", 1)
    package, number = found
    try:
        args.output.write_bytes(export_package(package=package, number=number))
    except OSError as error:
        return _say("export", f"{args.output}: {error.strerror}", 2)
    _tell(args, {"key": package.key, "version": number, "output": str(args.output)})
    return 0


def _package(key: str, number: int) -> "tuple[Package, int] | None":
    from bihuan.flows import queries as flows
    from bihuan.flows.operations import Package

    current = flows.current_version(key=key)
    known = [each.number for each in flows.versions_of(key=key)]
    wanted = number or (current.number if current is not None else max(known, default=0))
    if wanted not in known:
        return None
    version = flows.version_of(key=key, number=wanted)
    definition = version.definition
    package = Package(
        key=definition.key,
        name=definition.name,
        name_en=definition.name_en,
        template=definition.template,
        chart=bytes(version.chart),
        forms=version.forms,
        decisions=version.decisions,
    )
    return package, wanted


def _import(args: argparse.Namespace) -> int:
    try:
        data = args.file.read_bytes()
    except OSError as error:
        return _say("import", f"{args.file}: {error.strerror}", 2)
    from bihuan.cli.ground import on_database

    on_database()
    from django.utils.translation import gettext

    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now
    from bihuan.core.errors import Refused
    from bihuan.studio.operations import import_file

    try:
        draft = import_file(data=data, filename=args.file.name, name=args.name, actor=SYSTEM, now=system_now())
    except Refused as refused:
        text = gettext(refused.text)
        return _say("import", text % refused.params if refused.params else text, 1)
    _tell(args, {"draft": draft.pk, "key": draft.key, "name": draft.name})
    return 0


def _tell(args: argparse.Namespace, answer: dict[str, object]) -> None:
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print("  ".join(f"{name} {value}" for name, value in answer.items()))


def _say(action: str, what: object, code: int) -> int:
    print(f"bihuan chart {action}: {what}", file=sys.stderr)
    return code

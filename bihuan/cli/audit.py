"""``bihuan audit verify``: whether the audit trail is whole."""

import argparse
import json


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommand."""
    audit = subparsers.add_parser("audit", help="the audit trail")
    actions = audit.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="computes the hash chain again")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    from bihuan.cli.ground import on_database

    on_database()
    from bihuan.core.audit import verify_audit

    verdict = verify_audit()
    if args.json:
        print(
            json.dumps(
                {"ok": verdict.ok, "rows": verdict.rows, "first_break": verdict.first_break, "head": verdict.head}
            )
        )
    else:
        print(
            f"{verdict.rows} rows: "
            + (f"whole, head {verdict.head}" if verdict.ok else f"broken from row {verdict.first_break} on")
        )
    return 0 if verdict.ok else 1

"""``bihuan token create --user NAME``: a bearer token for REST."""

import argparse
import sys


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommand."""
    token = subparsers.add_parser("token", help="access tokens for REST")
    actions = token.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="prints a new token; it is shown once")
    create.add_argument("--user", required=True, metavar="NAME")
    create.add_argument("--label", default="", metavar="TEXT")
    create.set_defaults(run=_create)


def _create(args: argparse.Namespace) -> int:
    from bihuan.cli.ground import on_database

    on_database()
    from bihuan.accounts import operations, queries
    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now

    user = queries.person(username=args.user)
    if user is None:
        print(f"bihuan token: there is no user {args.user}", file=sys.stderr)
        return 1
    print(operations.create_token(user=user, label=args.label, actor=SYSTEM, now=system_now()))
    return 0

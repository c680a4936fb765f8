"""``bihuan demo --size N --seed S``: a company with N issues; a million takes a quarter of an hour and 30 GB."""

import argparse
import sys

MOST_PLAYED = 2000


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommand."""
    demo = subparsers.add_parser("demo", help="a demo company with history")
    demo.add_argument("--size", type=int, default=300, metavar="N", help="how many issues (300)")
    demo.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed gives the same company (1)")
    demo.add_argument(
        "--played",
        type=int,
        default=MOST_PLAYED,
        metavar="N",
        help=f"up to so many issues each is played, of more most are copies ({MOST_PLAYED})",
    )
    demo.add_argument("--force", action="store_true", help="also where people already exist")
    demo.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from bihuan.cli.ground import on_database

    var_dir = on_database()
    from bihuan.config import bootstrap

    bootstrap.migrate()
    from bihuan.core.clock import system_now
    from bihuan.demo.build import NoCopies, NotEmpty, build_demo

    bootstrap.do_not_wait_for_disk()
    progress = bootstrap.Progress()
    try:
        built = build_demo(
            size=args.size,
            seed=args.seed,
            password=bootstrap.demo_password(var_dir),
            now=system_now(),
            force=args.force,
            progress=progress,
            most_played=args.played,
        )
    except NotEmpty as refused:
        print(f"bihuan demo: {refused.text} (--force)", file=sys.stderr)
        return 1
    except NoCopies as refused:
        print(f"bihuan demo: {refused.text}", file=sys.stderr)
        return 1
    progress.end()
    print(f"{built.issues} issues, {built.people} people, {built.customers} customers", file=sys.stderr)
    return 0

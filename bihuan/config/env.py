"""What the settings read from the environment and from the installation's own folder."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


def secret_key(var_dir: Path) -> str:
    """The installation's signing key, made once and kept readable by its owner alone."""
    path = var_dir / "secret.key"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def database_settings(url: str | None, var_dir: Path) -> dict[str, object]:
    """Django's settings for a PostgreSQL URL; without one, for the embedded server's socket.

    ``postgresql://user:password@host:port/name?host=/socket/dir``
    """
    if not url:
        url = f"postgresql://postgres@/bihuan?host={var_dir / 'pg'}"
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": query,
    }

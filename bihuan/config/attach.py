"""Puts the database's address where settings and child processes find it."""

import os
from pathlib import Path

from bihuan.config.database import database_url


def ensure_database(var_dir: Path) -> None:
    """Starts or joins the embedded server unless DATABASE_URL names one; the address goes into the environment."""
    os.environ["DATABASE_URL"] = database_url(var_dir)

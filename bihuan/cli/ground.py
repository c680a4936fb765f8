"""What subcommands on the database have in common."""

import os
from pathlib import Path


def on_database() -> Path:
    """Joins (or starts) the database and sets Django up; gives the installation's folder."""
    from bihuan.config.attach import ensure_database
    from bihuan.config.bootstrap import setup_django

    var_dir = Path(os.environ.get("BIHUAN_VAR", "var")).resolve()
    ensure_database(var_dir)
    setup_django()
    return var_dir

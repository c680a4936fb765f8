"""The embedded server on folders of its own: it comes up after every kind of end, and nobody stops it under another."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bihuan.config import pg_files
from bihuan.config.database import DatabaseUnavailable, EmbeddedServer, check_server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data shared by the tests of this file; making it takes half a second."""
    return tmp_path_factory.mktemp("database") / "pg"


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedServer]:
    made = EmbeddedServer(folder)
    made.start()
    yield made
    made.stop()


def rows(server: EmbeddedServer) -> list[int]:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        return [int(row[0]) for row in connection.execute("SELECT n FROM kept ORDER BY n").fetchall()]


def keep(server: EmbeddedServer, number: int) -> None:
    rows(server)
    with psycopg.connect(server.url()) as connection:
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def kill(server: EmbeddedServer) -> int:
    pid = server.running_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def test_it_is_durable_and_sorts_alike_everywhere(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url()) as connection:
        said = connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'),"
            " current_setting('listen_addresses'), current_setting('jit'), datlocprovider, datcollate"
            " FROM pg_database WHERE datname = 'bihuan'"
        ).fetchone()
    assert said == ("on", "on", "on", "", "off", "b", "C")
    assert (server.folder.stat().st_mode & 0o077) == 0


def test_data_survives_stop_and_start(server: EmbeddedServer) -> None:
    keep(server, 1)
    server.stop()
    assert server.running_pid() is None
    server.start()
    assert 1 in rows(server)


def test_committed_rows_survive_a_kill(server: EmbeddedServer) -> None:
    keep(server, 2)
    killed = kill(server)
    server.revive()
    assert server.running_pid() not in {None, killed}
    assert 2 in rows(server)


def test_a_pid_that_another_program_got_since_does_not_stop_the_start(server: EmbeddedServer) -> None:
    server.stop()
    (server.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{server.folder}\n1\n5432\n/tmp\n\n 1 1\nready\n")
    server.start()
    assert server.running_pid() not in {None, os.getpid()}


def test_the_last_user_stops_it(server: EmbeddedServer) -> None:
    other = EmbeddedServer(server.folder)
    other.start()
    server.stop()
    assert server.running_pid() is not None
    assert isinstance(rows(other), list)
    other.stop()
    assert server.running_pid() is None


def test_a_killed_user_does_not_count_any_more(server: EmbeddedServer) -> None:
    program = (
        "import sys, time; from pathlib import Path; from bihuan.config.database import EmbeddedServer;"
        "EmbeddedServer(Path(sys.argv[1])).start(); print('joined', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(server.folder)], stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"joined\n"
        process.kill()
    server.stop()
    assert server.running_pid() is None


def test_starting_twice_at_once_gives_one_server(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from bihuan.config.database import EmbeddedServer;"
        "s = EmbeddedServer(Path(sys.argv[1])); s.start(); print(s.running_pid(), flush=True); sys.stdin.read(); s.stop()"
    )
    command = [sys.executable, "-c", program, str(folder)]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(3)]
    pids = {process.stdout.readline() for process in processes if process.stdout}
    ends = [process.communicate() and process.returncode for process in processes]
    assert len(pids) == 1
    assert ends == [0, 0, 0]
    assert EmbeddedServer(folder).running_pid() is None


def test_a_deep_folder_gets_a_short_private_place_for_its_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("很深的文件夹" * 6) / "pg"
    server = EmbeddedServer(deep)
    url = server.start()
    try:
        sockets = pg_files.socket_folder(server.folder)
        assert sockets != server.folder
        assert sockets.stat().st_mode & 0o077 == 0
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()
    sockets.rmdir()


def test_somebody_elses_socket_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tmp_path / "taken"
    taken.mkdir(mode=0o777)
    taken.chmod(0o777)
    monkeypatch.setattr(pg_files, "socket_folder", lambda folder: taken)
    with pytest.raises(OSError, match="belongs to somebody else"):
        pg_files.socket_options(tmp_path / "pg", None)


def test_data_of_another_postgresql_is_refused_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("13\n")
    with pytest.raises(DatabaseUnavailable, match="PostgreSQL 13"):
        EmbeddedServer(tmp_path / "pg").start()


def test_a_server_that_cannot_start_tells_its_last_words(server: EmbeddedServer) -> None:
    server.stop()
    broken = server.folder / "postgresql.auto.conf"
    kept = broken.read_text()
    broken.write_text("shared_buffers = 'a lot'\n")
    try:
        with pytest.raises(DatabaseUnavailable, match="shared_buffers"):
            server.start()
    finally:
        broken.write_text(kept)


def test_settings_of_the_administrator_beat_ours(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET work_mem = '33MB'")
    server.stop()
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("33MB",)
        connection.execute("ALTER SYSTEM RESET work_mem")


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/none?connect_timeout=2", "postgresql://[", "no=such word"])
def test_a_server_that_does_not_answer_is_said(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        check_server(url)

"""Secrets are made once; addresses of databases are read as PostgreSQL's own library reads them."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from bihuan.config.env import database_settings, made_once

ROOT = Path(__file__).resolve().parents[2]


def test_a_secret_is_made_once_and_belongs_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret.key"
    first = made_once(path, 48)
    assert len(first) == 64
    assert made_once(path, 48) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret.key"]


def test_processes_that_make_it_at_once_agree(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from bihuan.config.env import made_once; print(made_once(Path(sys.argv[1]), 48))"
    command = [sys.executable, "-c", program, str(tmp_path / "secret.key")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(4)]
    said = {process.communicate()[0] for process in processes}
    assert len(said) == 1
    assert len(said.pop().strip()) == 64


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p%40x@h:5433/d?sslmode=require", ("d", "u", "p@x", "h", "5433", {"sslmode": "require"})),
        ("postgres://h/d", ("d", "", "", "h", "", {})),
        ("postgresql://u@/d?host=/run/pg", ("d", "u", "", "/run/pg", "", {})),
        ("postgresql://u@[::1]:5/d", ("d", "u", "", "::1", "5", {})),
        ("dbname=d host=h options='-c work_mem=8MB'", ("d", "", "", "h", "", {"options": "-c work_mem=8MB"})),
    ],
)
def test_an_address_is_read(url: str, expected: tuple[object, ...]) -> None:
    found = database_settings(url, Path("var"))
    options = dict(found["OPTIONS"])  # type: ignore[call-overload]
    own, _, given = str(options.pop("options")).partition("force_generic_plan")
    assert own == "-c plan_cache_mode="
    options |= {"options": given.strip()} if given else {}
    assert (*(found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")), options) == expected


def test_without_an_address_it_is_the_embedded_server(tmp_path: Path) -> None:
    found = database_settings(None, tmp_path)
    assert found["HOST"] == str(tmp_path / "pg")
    assert found["NAME"] == "bihuan"


def test_a_broken_address_is_said() -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_settings("postgresql://[", Path("var"))

"""Web, worker and database are killed at random points under load: nothing is lost, nothing happens twice."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import psycopg
import pytest

from bihuan.config.pg_files import server_url
from tests.e2e.conftest import ROOT, Product, running_product
from tests.e2e.faults_checks import CHECKS, Evidence
from tests.e2e.faults_clients import Case, Crowd
from tests.e2e.faults_killer import Killer
from tests.issues.test_story import WHO

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

INTAKES = 300
STEPS = 1000
CUSTOMERS, STAFF = 4, 6
MOST_SECONDS = 600  # on a machine that others load; two free cores need a fifth of it
_CHANNELS = ("email",) * 2 + ("api",) * 2 + ("web_form",)
_DEPTHS = (9, 9, 4, 4, 2, 1, 1, 0, 0)
_NODES = 9  # steps of the chart until the customer is asked
_DRAIN_SECONDS = 60
_AFTER_THE_LEASE = """
from datetime import timedelta
from bihuan.cli.ground import on_database
on_database()
from bihuan.channels.operations import deliver_due
from bihuan.channels.operations.claiming import LEASE
from bihuan.core.clock import system_now
while deliver_due(now=system_now() + LEASE, limit=500):
    pass
"""


@pytest.fixture(scope="module")
def doomed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """An installation of its own, with an empty demo company."""
    with running_product(tmp_path_factory.mktemp("doomed") / "var", issues=0) as running:
        yield running


def cases(random: Random) -> list[Case]:
    """The customers' issues in random order; their steps add up to what the test promises."""
    depths = [_DEPTHS[n % len(_DEPTHS)] for n in range(INTAKES)]
    for n in range(INTAKES):
        missing = STEPS - sum(depths)
        depths[n] = max(0, min(_NODES, depths[n] + missing))
    assert sum(depths) == STEPS
    random.shuffle(depths)
    channels = [_CHANNELS[n % len(_CHANNELS)] for n in range(INTAKES)]
    random.shuffle(channels)
    return [
        Case(n, channel, f"冷库异常报告第 {n:04d} 号", steps, f"c{n}@customer.example")
        for n, (channel, steps) in enumerate(zip(channels, depths, strict=True))
    ]


def command(product: Product, *arguments: str) -> str:
    """What a command on the installation prints."""
    given = {name: value for name, value in product.environment().items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, *arguments], env=given, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def tokens(product: Product) -> dict[str, str]:
    """A token for everybody who has steps to do."""
    names = sorted(set(WHO.values()))
    with ThreadPoolExecutor(2) as pool:
        made = pool.map(
            lambda name: command(product, "-m", "bihuan.cli.main", "token", "create", "--user", name), names
        )
        return {name: token.strip() for name, token in zip(names, made, strict=True)}


def drain(product: Product) -> None:
    """Waits until nothing is due; then lets the time pass for which killed workers had taken deliveries."""
    due = "SELECT count(*) FROM channels_delivery WHERE status = 'queued' AND next_attempt_at <= now()"
    with psycopg.connect(server_url(product.var / "pg", "bihuan"), autocommit=True) as connection:
        until = time.monotonic() + _DRAIN_SECONDS
        while (row := connection.execute(due).fetchone()) and row[0]:
            assert time.monotonic() < until, f"{row[0]} deliveries are due and nobody sends them"
            time.sleep(0.3)
    command(product, "-c", _AFTER_THE_LEASE)


def faults_in(log: Path) -> list[str]:
    """Lines that tell of something which must not happen, whoever is killed."""
    words = re.compile(r"IntegrityError|UniqueViolation|DeadlockDetected|parked|could not (fire|be given|be made)")
    return [line for line in log.read_text(errors="replace").splitlines() if words.search(line)]


@pytest.mark.correctness(56, 57, 59, 60, 63, 88)
def test_no_kill_loses_or_doubles_anything(doomed: Product) -> None:
    seed = int(os.environ.get("FAULT_SEED") or Random().randrange(10**6))
    given = cases(Random(seed))
    crowd = Crowd(doomed, tokens(doomed), given)
    killer = Killer(doomed, seed=seed, answered=lambda: crowd.journal.heard)
    began = time.monotonic()
    killer.start()
    crowd.run(customers=CUSTOMERS, staff=STAFF, seconds=MOST_SECONDS)
    killer.stop()
    what = f"FAULT_SEED={seed}, {time.monotonic() - began:.0f} s, killed {dict(killer.kills)}, {dict(crowd.journal.counts)}"
    sys.stdout.write(f"{what}\n")
    assert crowd.journal.failures == [], what
    drain(doomed)
    evidence = Evidence(doomed.var, given, crowd.journal)
    found = {check.__name__: said[:10] for check in CHECKS if (said := check(evidence))}
    found |= {"log": said[:10]} if (said := faults_in(doomed.var.parent / "log")) else {}
    assert found == {}, what
    assert len(crowd.journal.completed) == STEPS and len(evidence.issues) == INTAKES, what
    verdict = json.loads(command(doomed, "-m", "bihuan.cli.main", "audit", "verify", "--json"))
    assert verdict["ok"], what
    assert all(killer.kills[name] for name in ("web", "worker", "database")), what

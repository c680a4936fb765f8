"""The stored engine: steps a second through the shell on PostgreSQL, beside SpiffWorkflow keeping its JSON there too,
and beside pgbench; how fast a storm of due timers drains, and what pages take meanwhile."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from bench.engine import their_path
from bench.report import line, percentiles
from bench.stage import ROOT, simple_updates, stage

_SECONDS = 8
_TURNS = 3
_STORM = 100_000
_T01 = ROOT / "bihuan" / "flows" / "gallery" / "T01" / "chart.bpmn"


def plain_chart() -> bytes:
    """T01 with its services done by people, as SpiffWorkflow gets it: the issue that they are about is not there."""
    text = re.sub(r' bihuan:operation="[^"]*"', "", Path(_T01).read_text(encoding="utf-8"))
    return re.sub(r"(</?bpmn:)(service|send)Task\b", r"\1userTask", text).encode()


def _ours() -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench.shell", "steps", str(_SECONDS)],
        cwd=ROOT,
        env=stage().environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.strip().splitlines()[-1])


def _theirs() -> float:
    """One row an instance, locked, read, written and committed at each step: no list of work, no log, no deadline."""
    spiff, path = their_path()
    with psycopg.connect(stage().database) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_spiff (id serial PRIMARY KEY, state text NOT NULL)")
        done, began = 0, time.monotonic()
        while time.monotonic() < began + _SECONDS:
            row = connection.execute(
                "INSERT INTO bench_spiff (state) VALUES (%s) RETURNING id", [spiff.text]
            ).fetchone()
            connection.commit()
            assert row is not None
            for _text, values in path:
                found = connection.execute("SELECT state FROM bench_spiff WHERE id = %s FOR UPDATE", row).fetchone()
                assert found is not None
                text, _element = spiff.step(found[0], values)
                connection.execute("UPDATE bench_spiff SET state = %s WHERE id = %s", [text, row[0]])
                connection.commit()
                done += 1
        return done / (time.monotonic() - began)


def stored() -> Iterator[str]:
    """Steps a second by one client, in turn."""
    ours, theirs = [], []
    for _ in range(_TURNS):
        ours.append(_ours())
        theirs.append(_theirs())
    updates = simple_updates(1)
    yield line(
        "engine.stored",
        max(ours),
        "steps/s",
        baseline=("spiffworkflow", max(theirs)),
        goal=5.0,
        detail={
            "ours": [round(each, 1) for each in ours],
            "theirs": [round(each, 1) for each in theirs],
            "pgbench_one_client": round(updates, 1),
            "share_of_pgbench": round(max(ours) / updates, 3),
            "goal_share": 0.4,
        },
    )


def storm() -> Iterator[str]:
    """Timers fired a second by the worker after downtime, and pages of an agent meanwhile."""
    from bench.visitor import Visitor

    subprocess.run(
        [sys.executable, "-m", "bench.shell", "storm", str(_STORM)], cwd=ROOT, env=stage().environment(), check=True
    )
    visitor, seconds, over = Visitor(stage()), [], threading.Event()
    waits = "SELECT count(*) FROM flows_wait WHERE closed_at IS NULL AND due_at <= now()"

    def look() -> None:
        while not over.is_set():
            seconds.append(visitor.get("/desk/?queue=all"))
            time.sleep(0.1)

    looking = threading.Thread(target=look)
    looking.start()
    with psycopg.connect(stage().database, autocommit=True) as connection:
        began, row = time.monotonic(), connection.execute(waits).fetchone()
        left = row[0] if row else 0  # the worker has been at it while they were made
        while (row := connection.execute(waits).fetchone()) and row[0]:
            time.sleep(0.25)
        took = time.monotonic() - began
        twice = connection.execute(
            "SELECT count(*) FROM flows_instance i JOIN flows_version v ON v.id = i.version_id"
            " JOIN flows_definition d ON d.id = v.definition_id WHERE d.key = 'STORM' AND i.revision <> 2"
        ).fetchone()
    over.set()
    looking.join()
    yield line(
        "engine.storm",
        left / took,
        "timers/s",
        detail={"timers": _STORM, "left_when_all_were_made": left, "seconds": round(took, 1), "fired_not_once": twice[0] if twice else None,
                "desk_meanwhile": percentiles(seconds)},
    )  # fmt: skip


MEASURES = {"engine.storm": storm, "engine.stored": stored}

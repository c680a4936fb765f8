"""Ends processes of a running product by SIGKILL, at random points that a seed decides."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from random import Random
from urllib.request import urlopen

import psutil

from tests.e2e.conftest import Product

_WORKER_LIFE = (0.5, 6.0)
"""Seconds between the first answer of the worker and its end."""
_WEB_LIFE = (1, 200)
"""Requests answered between the first answer of web and its end: the same number of kills on a slow machine."""
_WEB_LONGEST = 10.0
_UNBORN = 0.15
"""How often a process does not even get to answer."""
_WEB = ("web", "web", "web's process")
_DATABASE = {3: "database connection", 6: "database", 10: "database connection"}
"""After so many ends of web it is the database's turn."""


class Killer:
    """Two hunters, one behind web and database, one behind the worker. ``kills`` says what died how often."""

    def __init__(self, product: Product, *, seed: int, answered: Callable[[], int]) -> None:
        self._product = product
        self._answered = answered
        self._supervisor = psutil.Process(product.supervisor)
        self._enough = threading.Event()
        self.kills: Counter[str] = Counter()
        self._hunters = [
            threading.Thread(target=hunt, args=(Random(f"{seed} {name}"),), daemon=True)
            for name, hunt in (("web", self._hunt_web), ("worker", self._hunt_worker))
        ]

    def start(self) -> None:
        """Begins."""
        for hunter in self._hunters:
            hunter.start()

    def stop(self) -> None:
        """No more kills after this."""
        self._enough.set()
        for hunter in self._hunters:
            hunter.join()

    def _hunt_web(self, random: Random) -> None:
        turn = 1
        while not self._enough.is_set():
            if random.random() > _UNBORN:
                self._wait_until(self._web_answers)
            enough, until = self._answered() + random.randint(*_WEB_LIFE), time.monotonic() + _WEB_LONGEST
            while self._answered() < enough and time.monotonic() < until and not self._enough.wait(0.003):
                pass
            turn += self._kill(_DATABASE.get(turn) or random.choice(_WEB), random)

    def _hunt_worker(self, random: Random) -> None:
        while not self._enough.is_set():
            if random.random() > _UNBORN:
                self._wait_until(self._mail_answers)
            self._enough.wait(random.uniform(*_WORKER_LIFE))
            self._kill("worker", random)

    def _wait_until(self, answers: Callable[[], bool]) -> None:
        while not self._enough.wait(0.1):
            with suppress(OSError, HTTPException):
                if answers():
                    return

    def _web_answers(self) -> bool:
        with urlopen(f"{self._product.url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)

    def _mail_answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self._product.mail_port), timeout=5) as line:
            return line.recv(3) == b"220"

    def _kill(self, target: str, random: Random) -> bool:
        with suppress(psutil.Error):
            process = None if self._enough.is_set() else self._find(target, random)
            if process is not None:
                process.kill()
                self.kills[target] += 1
                return True
        return False

    def _find(self, target: str, random: Random) -> psutil.Process | None:
        if target.startswith("database"):
            return self._database(target, random)
        word = "work" if target == "worker" else "serve"
        for child in self._supervisor.children():
            if word in child.cmdline():
                inner = child.children() if target == "web's process" else [child]
                return random.choice(inner) if inner else None
        return None

    def _database(self, target: str, random: Random) -> psutil.Process | None:
        """The server's first process, or one of those that talk to web and worker."""
        with suppress(OSError, ValueError):
            first = psutil.Process(int((self._product.var / "pg" / "postmaster.pid").read_text().split()[0]))
            if target == "database":
                return first
            talking = [each for each in first.children() if "[local]" in " ".join(each.cmdline())]
            return random.choice(talking) if talking else None
        return None

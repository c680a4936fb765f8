"""Well-behaved clients: what gets no answer is sent again, the same as before, until it is answered."""

import http.client
import itertools
import json
import re
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.cookies import SimpleCookie
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlencode

from tests.e2e.conftest import Product
from tests.issues.test_story import CHOICE, DATA, WHO

_PATIENCE = 150.0
_PAUSES = (0.1, 0.2, 0.4, 0.8)
_TIMEOUT = 20.0


class GaveUp(AssertionError):
    """A client was not answered for so long that nobody would wait on."""


def _tries() -> Iterator[int]:
    """Numbers of tries, with pauses before them that grow to almost a second; ends when patience does."""
    until = time.monotonic() + _PATIENCE
    for number in itertools.count():
        yield number
        if time.monotonic() > until:
            return
        time.sleep(_PAUSES[min(number, len(_PAUSES) - 1)])


@dataclass(frozen=True, slots=True)
class Case:
    """An issue that a customer has. ``title`` is found nowhere else."""

    n: int
    channel: str
    title: str
    steps: int
    address: str

    @property
    def message_id(self) -> str:
        """Of its mail; the same however often it is sent."""
        return f"<{self.n}.fault@customer.example>"


@dataclass(slots=True)
class Journal:
    """What the clients were told; the oracle of the test."""

    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    completed: dict[int, tuple[int, str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    heard: int = 0


class Web:
    """HTTP of one client: one connection that is made again when it breaks."""

    def __init__(self, product: Product, journal: Journal) -> None:
        self._place = product.url.removeprefix("http://")
        self._journal = journal
        self._line: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes, bool]:
        """(status, headers, body, whether an earlier try may have been carried out without our hearing of it)."""
        again = False
        for _ in _tries():
            try:
                status, given, content = self._once(method, path, body, headers or {})
            except (OSError, http.client.HTTPException) as error:
                self._journal.counts[type(error).__name__] += 1
                self._hang_up()
                again = again or not isinstance(error, ConnectionRefusedError)
            else:
                if status < 500 and status != 429:
                    self._journal.heard += 1
                    return status, given, content, again
                self._journal.counts[str(status)] += 1
                again = True
        raise GaveUp(f"{method} {path}")

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        if self._line is None:
            self._line = http.client.HTTPConnection(self._place, timeout=_TIMEOUT)
        self._line.request(method, path, body, dict(headers))
        answer = self._line.getresponse()
        content = answer.read()
        if answer.will_close:
            self._hang_up()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class Rest:
    """REST with a token for each member of staff."""

    def __init__(self, product: Product, journal: Journal, tokens: Mapping[str, str]) -> None:
        self._web = Web(product, journal)
        self._tokens = tokens

    def call(self, who: str, method: str, path: str, body: object = None, key: str = "") -> tuple[int, Any, bool]:
        """(status, JSON, whether an earlier try may have worked)."""
        headers = {"Authorization": f"Bearer {self._tokens[who]}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        status, _, content, again = self._web.ask(method, f"/api/v1{path}", data, headers)
        return status, json.loads(content), again


def report_by_rest(case: Case, rest: Rest, journal: Journal) -> None:
    """POST /issues under one Idempotency-Key."""
    body = {
        "title": case.title,
        "description": f"经接口登记：{case.title}",
        "customer": {"name": f"客户 {case.n}", "email": case.address},
    }
    status, answer, _ = rest.call("agent", "POST", "/issues", body, key=f"fault-{case.n}")
    assert status == 201, answer
    journal.answered[case.title] = answer


def report_by_mail(case: Case, product: Product, journal: Journal) -> None:
    """One mail, the same bytes at each try, until the server says 250."""
    message = EmailMessage()
    message["From"], message["To"] = f"客户 {case.n} <{case.address}>", "service@bihuan.local"
    message["Subject"], message["Message-ID"] = case.title, case.message_id
    message.set_content(f"经邮件登记：{case.title}")
    for _ in _tries():
        try:
            with smtplib.SMTP("127.0.0.1", product.mail_port, timeout=_TIMEOUT) as server:
                server.send_message(message)
                journal.answered[case.title] = {}
                return
        except smtplib.SMTPResponseException as error:
            if case.title in journal.answered:  # it said 250 and something else to QUIT
                return
            assert 400 <= error.smtp_code < 500 or error.smtp_code == -1, error
            journal.counts[f"SMTP {error.smtp_code}"] += 1
        except OSError as error:  # SMTPServerDisconnected is one
            if case.title in journal.answered:
                return
            journal.counts[f"SMTP {type(error).__name__}"] += 1
    raise GaveUp(case.title)


def report_by_form(case: Case, product: Product, journal: Journal) -> None:
    """The public form: opened once, sent until it leads to the page of progress."""
    web = Web(product, journal)
    visitor = {"X-Forwarded-For": f"203.0.113.{case.n % 250}"}
    status, given, content, _ = web.ask("GET", "/report/", None, visitor)
    assert status == 200, status
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|idempotency_key)" value="([^"]+)"', content.decode()))
    cookie = SimpleCookie(given["set-cookie"])
    fields |= {
        "title": case.title,
        "description": f"经网页登记：{case.title}",
        "name": f"客户 {case.n}",
        "email": case.address,
        "consent": "on",
    }
    headers = {
        **visitor,
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookie.items()),
    }
    status, given, content, _ = web.ask("POST", "/report/", urlencode(fields).encode(), headers)
    assert status == 302 and given["location"].startswith("/p/"), (status, content[:300])
    journal.answered[case.title] = {"progress": given["location"]}


class Staff:
    """Takes issues as they come and carries out as many steps of each as its case says."""

    def __init__(self, rest: Rest, journal: Journal) -> None:
        self._rest = rest
        self._journal = journal

    def work(self, issue_id: int, steps: int) -> None:
        """Claims and completes, each until it is answered; what had been done without our hearing counts as done."""
        done, waiting = 0, None
        while done < steps:
            step = waiting or self._open_step(issue_id)
            waiting = self._do(issue_id, step)
            done += 1

    def _open_step(self, issue_id: int) -> dict[str, Any]:
        status, issue, _ = self._rest.call("agent", "GET", f"/issues/{issue_id}")
        assert status == 200 and len(issue["steps"]) == 1, issue
        found: dict[str, Any] = issue["steps"][0]
        return found

    def _do(self, issue_id: int, step: Mapping[str, Any]) -> dict[str, Any] | None:
        """Where it is known, the step that waits next."""
        number, node = int(step["id"]), str(step["node"])
        if number % 2:  # a step that nobody claimed is claimed by completing it
            status, answer, _ = self._rest.call(WHO[node], "POST", f"/steps/{number}/claim")
            assert status == 200, (node, answer)
        body = {"outcome": CHOICE.get(node), "data": DATA[node]}
        status, answer, again = self._rest.call(WHO[node], "POST", f"/steps/{number}/complete", body)
        assert number not in self._journal.completed, f"step {number} was done twice"
        if status != 200:
            # Said twice because the first answer was lost; at an approval the refusal names who decided.
            assert again and answer["code"] in ("step_gone", "approval_over"), (node, answer)
            self._journal.counts["done without our hearing"] += 1
        self._journal.completed[number] = (issue_id, node)
        waiting: list[dict[str, Any]] = answer["steps"] if status == 200 else []
        return waiting[0] if waiting else None


class Crowd:
    """All clients at once: customers, somebody who looks what came in, staff."""

    def __init__(self, product: Product, tokens: Mapping[str, str], cases: list[Case]) -> None:
        self._product, self._tokens = product, tokens
        self._cases = {case.title: case for case in cases}
        self._reports: SimpleQueue[Case] = SimpleQueue()
        self._issues: SimpleQueue[tuple[int, int]] = SimpleQueue()
        self._all_found = threading.Event()
        self.journal = Journal()
        for case in cases:
            self._reports.put(case)

    def run(self, *, customers: int, staff: int, seconds: float) -> None:
        """Until everything is reported and every step is done; what went wrong stands in the journal."""
        until = time.monotonic() + seconds
        works = [self._report] * customers + [self._look] + [self._staff] * staff
        threads = [threading.Thread(target=self._guarded, args=(work,), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        if any(thread.is_alive() for thread in threads):
            told, done = len(self.journal.answered), len(self.journal.completed)
            self.journal.failures.append(f"after {seconds:.0f} s {told} were told and {done} steps done")

    def _guarded(self, work: Any) -> None:
        try:
            work()
        except BaseException as error:
            self.journal.failures.append(f"{type(error).__name__}: {error}")
            self._all_found.set()

    def _rest(self) -> Rest:
        return Rest(self._product, self.journal, self._tokens)

    def _report(self) -> None:
        rest = self._rest()
        with suppress(Empty):
            while not self.journal.failures:
                case = self._reports.get_nowait()
                if case.channel == "api":
                    report_by_rest(case, rest, self.journal)
                elif case.channel == "email":
                    report_by_mail(case, self._product, self.journal)
                else:
                    report_by_form(case, self._product, self.journal)

    def _look(self) -> None:
        """The agent's list, again and again, until every case was seen in it."""
        rest, seen = self._rest(), set[str]()
        while len(seen) < len(self._cases) and not self.journal.failures:
            cursor: str | None = ""
            while cursor is not None:
                _, page, _ = rest.call("agent", "GET", f"/issues?sort=created&limit=200&cursor={cursor}")
                for row in page["items"]:
                    if row["title"] not in seen:
                        seen.add(row["title"])
                        self._issues.put((row["id"], self._cases[row["title"]].steps))
                cursor = page["next"]
            time.sleep(2.0)
        self._all_found.set()

    def _staff(self) -> None:
        staff = Staff(self._rest(), self.journal)
        while not self.journal.failures:
            try:
                issue_id, steps = self._issues.get(timeout=0.2)
            except Empty:
                if self._all_found.is_set():
                    return
                continue
            staff.work(issue_id, steps)

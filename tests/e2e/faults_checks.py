"""What must be true of an installation after the kills, read from its tables and its outbox by SQL of our own."""

from collections import Counter
from collections.abc import Callable, Iterable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bihuan.bpmn import Chart, State, rebuild
from bihuan.config.pg_files import server_url
from bihuan.flows.charts import compile_package
from bihuan.issues.rules.status import Standing, derive
from tests.e2e.faults_clients import Case, Journal

Row = dict[str, Any]
Found = list[str]


class Evidence:
    """The tables of a running installation."""

    def __init__(self, var: Path, cases: Iterable[Case], journal: Journal) -> None:
        self.outbox = var / "outbox"
        self.cases = {case.title: case for case in cases}
        self.journal = journal
        self._url = server_url(var / "pg", "bihuan")
        self.issues = self.rows("SELECT * FROM issues_issue ORDER BY id")

    def rows(self, sql: str) -> list[Row]:
        """What a query gives."""
        with psycopg.connect(self._url, row_factory=dict_row) as connection:
            return connection.execute(sql).fetchall()

    def number(self, sql: str) -> int:
        """The one number that a query gives."""
        return int(self.rows(f"SELECT ({sql}) AS n")[0]["n"])

    def by_issue(self, sql: str) -> dict[int, list[Row]]:
        """Rows with an ``issue_id``, by it; an empty list for an issue without any."""
        found: dict[int, list[Row]] = {issue["id"]: [] for issue in self.issues}
        for row in self.rows(sql):
            found.setdefault(row["issue_id"], []).append(row)
        return found

    def charts(self) -> dict[int, Chart]:
        """Charts by version."""
        return {
            row["id"]: compile_package(bytes(row["chart"]), row["decisions"])
            for row in self.rows("SELECT id, chart, decisions FROM flows_version")
        }


def _repeated(name: str, values: Iterable[object]) -> Found:
    return [f"{name}: {value} {n} times" for value, n in Counter(values).items() if n > 1]


def _differ(name: str, one: Iterable[object], other: Iterable[object]) -> Found:
    """Two sets that must be equal."""
    left, right = set(one), set(other)
    return [] if left == right else [f"{name}: missing {list(right - left)[:5]}, too many {list(left - right)[:5]}"]


# -- messages ---------------------------------------------------------------------------------------------------------


def intakes(given: Evidence) -> Found:
    """Every message is there once, and what its sender was told is true."""
    titles = [issue["title"] for issue in given.issues]
    found = _repeated("issue", titles) + _repeated("number", (issue["number"] for issue in given.issues))
    found += _differ("issues", titles, given.cases) + _differ("answered", given.journal.answered, given.cases)
    for issue in given.issues:
        case, told = given.cases.get(issue["title"]), given.journal.answered.get(issue["title"], {})
        if case is not None and issue["channel"] != case.channel:
            found.append(f"{issue['title']}: came by {issue['channel']}")
        if told.get("number", issue["number"]) != issue["number"]:
            found.append(f"{issue['title']}: told {told['number']}, is {issue['number']}")
    first = given.by_issue("SELECT issue_id, text FROM issues_entry WHERE kind = 'inbound'")
    for issue in given.issues:
        texts = [row["text"] for row in first[issue["id"]]]
        if len(texts) != 1 or issue["title"] not in texts[0]:
            found.append(f"{issue['title']}: the customer's words are {texts}")
    return found


def inbound(given: Evidence) -> Found:
    """Each message of a channel has one row, done, that leads to its issue; none is parked."""
    rows = given.rows(
        "SELECT i.*, s.title FROM channels_inboundmessage i LEFT JOIN issues_issue s ON s.id = i.issue_id"
    )
    found = [f"message {row['id']} is {row['status']}: {row['error'][:200]}" for row in rows if row["status"] != "done"]
    wanted = [(case.channel, title) for title, case in given.cases.items() if case.channel != "api"]
    found += _repeated("message", ((row["channel"], row["title"]) for row in rows))
    found += _differ("messages", ((row["channel"], row["title"]) for row in rows), wanted)
    mails = [case.message_id for case in given.cases.values() if case.channel == "email"]
    threads = given.rows("SELECT message_id FROM channels_messagethread")
    found += _differ("threads", (row["message_id"] for row in threads), mails)
    keys = given.rows("SELECT key, status, answer FROM core_idempotencyrecord WHERE scope LIKE 'api:%'")
    wanted_keys = [f"fault-{case.n}" for case in given.cases.values() if case.channel == "api"]
    found += _differ("keys", (row["key"] for row in keys), wanted_keys)
    return found + [f"key {row['key']} without answer" for row in keys if row["status"] != 201 or not row["answer"]]


def outgoing(given: Evidence) -> Found:
    """One acknowledgement an issue; one delivery a message; every delivery sent, under its one Message-ID."""
    entries = given.by_issue("SELECT issue_id, id, kind, code FROM issues_entry WHERE kind IN ('auto', 'reply')")
    found = [
        f"issue {issue} has {n} acknowledgements"
        for issue, rows in entries.items()
        if (n := sum(row["code"] == "acknowledgement" for row in rows)) != 1
    ]
    deliveries = given.rows("SELECT * FROM channels_delivery")
    found += _repeated("delivery of entry", (row["entry_id"] for row in deliveries))
    written = [row["id"] for rows in entries.values() for row in rows]
    found += _differ("deliveries", (row["entry_id"] for row in deliveries), written)
    found += [
        f"delivery {row['id']} is {row['status']}: {row['error'][:200]}"
        for row in deliveries
        if row["status"] != "sent"
    ]
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in given.outbox.glob("*.eml")]
    sent = {str(mail["Message-ID"]): str(mail["To"].addresses[0].addr_spec) for mail in mails}
    found += _repeated("Message-ID", (str(mail["Message-ID"]) for mail in mails))
    # What the staff get each morning goes out beside it, when the test runs at that hour.
    staff = given.rows(
        "SELECT s.message_id, u.email FROM channels_staffmail s JOIN accounts_user u ON u.id = s.user_id"
    )
    notices = {(row["message_id"], row["email"]) for row in staff}
    due = ((row["message_id"], row["recipient"]) for row in deliveries)
    return found + _differ("mails", set(sent.items()) - notices, due)


# -- charts -----------------------------------------------------------------------------------------------------------


def states(given: Evidence) -> Found:
    """Revisions have no gap; the events in order give the stored state; what is open is what the state says."""
    charts, found = given.charts(), Found()
    records = given.rows("SELECT * FROM flows_steprecord ORDER BY instance_id, revision")
    items = given.rows("SELECT * FROM flows_workitem ORDER BY id")
    waits = given.rows("SELECT * FROM flows_wait WHERE closed_at IS NULL")
    issues = {issue["instance_id"]: issue for issue in given.issues}
    instances = given.rows("SELECT * FROM flows_instance")
    found += _differ("instances", (row["id"] for row in instances), issues)
    if number := given.number("SELECT count(*) FROM flows_incident"):
        found.append(f"{number} incidents")
    by_instance: dict[int, tuple[list[Row], list[Row], list[Row]]] = {row["id"]: ([], [], []) for row in instances}
    for place, rows in enumerate((records, items, waits)):
        for row in rows:
            by_instance[row["instance_id"]][place].append(row)
    for instance in instances:
        steps, work, open_waits = by_instance[instance["id"]]
        chart = charts[instance["version_id"]]
        said = _state(instance, chart, steps) or _rest(instance, chart, work, open_waits, issues[instance["id"]])
        found += [f"instance {instance['id']}: {each}" for each in said]
    return found


def _state(instance: Row, chart: Chart, steps: list[Row]) -> Found:
    revisions = [step["revision"] for step in steps]
    if revisions != list(range(1, instance["revision"] + 1)):
        return [f"revisions {revisions}, row says {instance['revision']}"]
    state = rebuild(chart, [event for step in steps for event in step["events"]])
    if state.to_document() != State.from_document(instance["state"]).to_document():
        return ["its events give another state"]
    return [] if state.ended == (instance["ended_at"] is not None) else ["its end is not its events' end"]


def _rest(instance: Row, chart: Chart, work: list[Row], waits: list[Row], issue: Row) -> Found:
    state = State.from_document(instance["state"])
    waiting = [item for item in work if item["status"] in ("open", "claimed")]
    people = [act for act in state.acts.values() if chart.nodes[act["node"]].kind == "userTask" and "mi" not in act]
    found = _differ("steps", ((i["item"], i["node"]) for i in waiting), ((act["id"], act["node"]) for act in people))
    timers = [("timer", timer["id"], timer["node"]) for timer in state.timers.values()]
    subscriptions = [(sub["kind"], sub["id"], sub["node"]) for sub in state.subs.values()]
    found += _differ("waits", ((w["kind"], w["number"], w["node"]) for w in waits), timers + subscriptions)
    held = [item["item"] for item in waiting if (item["status"] == "claimed") != (item["assignee_id"] is not None)]
    scopes = {act["scope"] for act in state.acts.values()}
    resting = [
        chart.nodes[act["node"]].ext for act in state.acts.values() if act not in people and act["id"] not in scopes
    ]
    standings = [Standing(item["issue_status"], item["assignee_id"] is not None) for item in waiting]
    standings += [Standing(ext.status or "", True, ext.holder == "customer") for ext in resting]
    if standings and issue["status"] != derive(standings, before=""):
        found.append(f"the issue is {issue['status']}, not {derive(standings, before='')}")
    if len(waiting) == 1 and issue["step_node"] != waiting[0]["node"]:
        found.append(f"the issue is said to be at {issue['step_node']}")
    return found + [f"step {item} is claimed by nobody, or held and not claimed" for item in held]


def steps_done(given: Evidence) -> Found:
    """What was answered as done is done once: row, submission, record and line; and nothing else was done."""
    told = {(issue, node, item) for item, (issue, node) in given.journal.completed.items()}
    rows = given.rows(
        "SELECT w.id, w.node, w.item, w.instance_id, s.id AS issue_id FROM flows_workitem w"
        " JOIN issues_issue s ON s.instance_id = w.instance_id WHERE w.status = 'completed'"
    )
    found = _differ("done", ((row["issue_id"], row["node"], row["id"]) for row in rows), told)
    submitted = given.rows("SELECT issue_id, node, work_item_id FROM issues_formsubmission")
    found += _repeated("submission", (row["work_item_id"] for row in submitted))
    found += _differ("submissions", ((row["issue_id"], row["node"], row["work_item_id"]) for row in submitted), told)
    commands = given.rows(
        "SELECT r.instance_id, (c ->> 'item')::int AS item FROM flows_steprecord r, jsonb_array_elements(r.commands) c"
        " WHERE c ->> 'command' = 'CompleteTask'"
    )
    found += _repeated("command", ((row["instance_id"], row["item"]) for row in commands))
    found += _differ(
        "commands",
        ((row["instance_id"], row["item"]) for row in commands),
        ((row["instance_id"], row["item"]) for row in rows),
    )
    lines = given.by_issue("SELECT issue_id FROM issues_entry WHERE code IN ('step.completed', 'step.ended')")
    per_issue = Counter(issue for issue, _ in given.journal.completed.values())
    found += [
        f"issue {i}: {len(said)} lines, {per_issue[i]} steps" for i, said in lines.items() if len(said) != per_issue[i]
    ]
    claims = given.by_issue("SELECT issue_id FROM issues_entry WHERE code = 'step.claimed'")
    return found + [f"issue {i}: {len(said)} claims" for i, said in claims.items() if len(said) > per_issue[i]]


def around(given: Evidence) -> Found:
    """One audit row an intake, one search row an issue, no bell entry twice."""
    opened = given.rows("SELECT object_id FROM core_auditentry WHERE action = 'issue.opened'")
    ids = [issue["id"] for issue in given.issues]
    found = _repeated("audit", (row["object_id"] for row in opened))
    found += _differ("audit", (row["object_id"] for row in opened), ids)
    found += _differ("search", (row["issue_id"] for row in given.rows("SELECT issue_id FROM issues_issuesearch")), ids)
    notices = given.rows("SELECT user_id, issue_id, code, params::text, at FROM issues_notice")
    return found + _repeated("notice", (tuple(row.values()) for row in notices))


CHECKS: tuple[Callable[[Evidence], Found], ...] = (intakes, inbound, outgoing, states, steps_done, around)

"""The virtual clock: customers and staff act at their times until the present."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bihuan.accounts import queries as accounts
from bihuan.accounts.models import User
from bihuan.calendars import queries as calendars
from bihuan.channels import operations as channels
from bihuan.core.actor import SYSTEM, Actor, customer_actor
from bihuan.core.errors import Refused
from bihuan.demo import stories
from bihuan.demo.answers import fill_in
from bihuan.demo.customers import DemoCustomer
from bihuan.demo.stories import Story
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.models import Wait, WorkItem
from bihuan.issues import operations as issues
from bihuan.issues import queries as issue_queries
from bihuan.issues.models import Issue
from bihuan.issues.operations import Intake, IntakeCustomer

_CHANNELS = ("email", "email", "web_form", "phone", "phone", "api")


@dataclass(slots=True)
class Case:
    """What the demo knows of an issue that it plays: how its customer and its staff will behave."""

    story: Story
    issue_id: int
    instance_id: int
    n: int  # the number that stands in the story
    contact: str
    patient: bool  # answers the result by the link, otherwise the call-back finds them
    dissatisfied: int  # how often still dissatisfied before content
    slow: bool
    asked: int = 0
    notes: int = 0


@dataclass(slots=True)
class Clock:
    """Acts in the order of time; equal times in the order of planning."""

    queue: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    planned: int = 0

    def at(self, when: datetime, act: Callable[[datetime], None]) -> None:
        """Plans an act."""
        self.planned += 1
        heapq.heappush(self.queue, (when, self.planned, act))


class Play:
    """One demo run. ``progress(done, total)`` is called after each act."""

    def __init__(self, *, random: Random, now: datetime, customers: list[DemoCustomer]) -> None:
        self.random = random
        self.now = now
        self.customers = customers
        self.clock = Clock()
        self.cases: dict[int, Case] = {}
        self.last_item = 0
        self.last_wait = 0
        self.calendar = calendars.calendar("default")
        self._actors: dict[int, Actor] = {}
        self._leads = {row.type.key: row.department.key for row in issue_queries.responsibility_matrix() if row.type}
        self._people: dict[str, User] = {user.username: user for user in accounts.people(actor=SYSTEM)}

    def actor(self, user_id: int) -> Actor:
        """The actor of a person, read once."""
        if user_id not in self._actors:
            user = next(user for user in self._people.values() if user.pk == user_id)
            self._actors[user_id] = accounts.actor_for_user(user)
        return self._actors[user_id]

    # -- intake --------------------------------------------------------------------------------------------------

    def plan_intakes(self, size: int) -> None:
        """Arrivals over the last five weeks, most in working hours, more of them lately."""
        for _ in range(size):
            back = self.random.betavariate(1.0, 1.6) * 35 * 86400
            when = self.now - timedelta(seconds=back + 300)
            if not self.calendar.is_open(when) and self.random.random() < 0.8:
                when = min(self.calendar.add(when, self.random.uniform(60, 3600)), self.now - timedelta(minutes=5))
            self.clock.at(when, self._intake)

    def _intake(self, when: datetime) -> None:
        story = self.random.choice(stories.STORIES)
        customer = self.random.choice(self.customers)
        channel = self.random.choice(_CHANNELS if customer.email else ("phone", "phone", "web_form"))
        n = self.random.randint(2, 47)
        phone = channel == "phone"
        actor = self.actor(self._people[self.random.choice(("agent", "agent2", "agent3"))].pk) if phone else SYSTEM
        issue = issues.open_issue(
            intake=Intake(
                title=story.title.format(n=n),
                description=story.text.format(n=n),
                channel=channel,
                customer=IntakeCustomer(
                    name=customer.name,
                    email=customer.email,
                    phone=customer.phone,
                    kind=customer.kind,
                    contact=customer.contact,
                ),
                type_key=story.type if self.random.random() < 0.5 else "",
                urgency=story.urgency if phone else "",
            ),
            actor=actor,
            now=when,
        )
        self.cases[issue.instance_id] = Case(
            story=story,
            issue_id=issue.pk,
            instance_id=issue.instance_id,
            n=n,
            contact=customer.contact,
            patient=self.random.random() < 0.6,
            dissatisfied=self.random.choices((0, 1, 3), (86, 11, 3))[0],
            slow=self.random.random() < 0.12,
        )

    # -- steps ---------------------------------------------------------------------------------------------------

    def look(self, when: datetime) -> None:
        """Plans what people will do about everything that opened since the last look."""
        items, waits = flow_queries.opened_since(work_item_id=self.last_item, wait_id=self.last_wait)
        for item in items:
            self.last_item = max(self.last_item, item.pk)
            self._plan_step(item)
        for wait in waits:
            self.last_wait = max(self.last_wait, wait.pk)
            self._plan_wait(wait, when)

    def _plan_step(self, item: WorkItem) -> None:
        case = self.cases.get(item.instance_id)
        if case is None:
            return
        limit = item.limit_seconds or 3600
        share = self.random.triangular(0.05, 1.0, 0.35) * (1.9 if case.slow else 0.95)
        done = self.calendar.add(item.opened_at, limit * share)
        claim = self.calendar.add(item.opened_at, limit * share * self.random.uniform(0.1, 0.5))
        self.clock.at(claim, lambda when: self._claim(item.pk, when))
        self.clock.at(done, lambda when: self._complete(item.pk, case, when))

    def _holder(self, item: WorkItem, when: datetime) -> Actor | None:
        if item.assignee_id is not None:
            return self.actor(item.assignee_id)
        able = accounts.holders(role=item.role, department_id=item.department_id, now=when)
        return self.actor(able[(item.pk * 7) % len(able)]) if able else None

    def _claim(self, item_id: int, when: datetime) -> None:
        item = WorkItem.objects.get(pk=item_id)
        actor = self._holder(item, when)
        if actor is not None and item.status == "open":
            issues.claim_step(work_item_id=item_id, actor=actor, now=when)

    def _complete(self, item_id: int, case: Case, when: datetime) -> None:
        found = issue_queries.step(actor=SYSTEM, work_item_id=item_id)
        item = found.step.work_item
        if item.status not in ("open", "claimed"):
            return
        actor = self._holder(item, when)
        if actor is None:
            return
        data = fill_in(
            schema=found.step.schema,
            case=case,
            node=item.node,
            actor=actor,
            random=self.random,
            now=when,
            record=found.record,
            departments=self._leads,
        )
        outcome = self._outcome(item, [arrow.id for arrow in found.step.outcomes], case)
        if item.node in ("contact", "inform") and self.random.random() < 0.8:
            text = (
                "您好，您反映的情况已经收到，现场情况我们正在核对。"
                if item.node == "contact"
                else f"处理结果：{case.story.measure}。如有疑问请直接回复。"
            )
            if actor.can("issues.reply"):
                issues.post_entry(issue_id=case.issue_id, kind="reply", text=text, actor=actor, now=when)
        elif self.random.random() < 0.25:
            issues.post_entry(
                issue_id=case.issue_id, kind="note", text=f"进展：{case.story.cause}，正在确认。", actor=actor, now=when
            )
        issues.complete_step(work_item_id=item_id, outcome=outcome, data=data, actor=actor, now=when)

    def _outcome(self, item: WorkItem, arrows: list[str], case: Case) -> str | None:
        if not arrows:
            return None
        wanted = self._wanted(item.node, case)
        return wanted if wanted in arrows else arrows[0]

    def _wanted(self, node: str, case: Case) -> str:
        chance = self.random.random()
        if node == "register":
            return "is_invalid" if chance < 0.03 else "to_classify"
        if node == "contact":
            case.asked += 1
            if chance < 0.12 and case.asked == 1:
                return "ask_customer"
            return "return_classify" if chance < 0.16 else "to_analysis"
        if node in ("approve_head", "approve_owner"):
            suffix = "h" if node == "approve_head" else "o"
            return f"reject_{suffix}" if chance < 0.15 else f"approve_{suffix}"
        return ""

    # -- waits ---------------------------------------------------------------------------------------------------

    def _plan_wait(self, wait: Wait, when: datetime) -> None:
        case = self.cases.get(wait.instance_id)
        if case is None or wait.kind != "message":
            return
        if wait.name == "customer_reply" and self.random.random() < 0.85:
            self.clock.at(
                when + timedelta(hours=self.random.uniform(1, 20)), lambda at: self._customer_writes(case, at)
            )
        elif wait.name == "customer_answer" and case.patient:
            self.clock.at(
                when + timedelta(hours=self.random.uniform(0.5, 20)), lambda at: self._customer_answers(case, at)
            )
        elif wait.name == "customer_withdraws" and self.random.random() < 0.03:
            self.clock.at(
                when + timedelta(hours=self.random.uniform(2, 60)), lambda at: self._customer_withdraws(case, at)
            )

    def _customer(self, case: Case) -> Actor:
        issue = Issue.objects.only("customer_id", "customer_name").get(pk=case.issue_id)
        return customer_actor(customer_id=issue.customer_id, name=case.contact)

    def _customer_writes(self, case: Case, when: datetime) -> None:
        text = self.random.choice(stories.THANKS[2:])
        issues.add_customer_message(
            issue_id=case.issue_id,
            text=text,
            full_text=text,
            html="",
            channel="email",
            author_name=case.contact,
            attachments=(),
            now=when,
        )

    def _customer_answers(self, case: Case, when: datetime) -> None:
        satisfied = case.dissatisfied == 0
        case.dissatisfied = max(0, case.dissatisfied - 1)
        issues.answer_result(
            issue_id=case.issue_id,
            satisfied=satisfied,
            reason="" if satisfied else stories.NOT_SOLVED,
            actor=self._customer(case),
            now=when,
        )

    def _customer_withdraws(self, case: Case, when: datetime) -> None:
        issues.withdraw_issue(
            issue_id=case.issue_id, reason="现场已自行恢复，不用处理了。", actor=self._customer(case), now=when
        )

    # -- the run -------------------------------------------------------------------------------------------------

    def run(self, progress: Callable[[float], None]) -> None:
        """Acts in order until the present; ``progress`` gets the share of the time that has passed."""
        begin = min((entry[0] for entry in self.clock.queue), default=self.now)
        span = max((self.now - begin).total_seconds(), 1.0)
        while self.clock.queue and self.clock.queue[0][0] <= self.now:
            when, _, act = heapq.heappop(self.clock.queue)
            self._timers(when)
            self._try(act, when)
            self.look(when)
            progress((when - begin).total_seconds() / span)
        self._timers(self.now)
        channels.deliver_due(now=self.now, limit=1000)

    def _timers(self, until: datetime) -> None:
        """Everything that is due before the next act fires at its own instant."""
        while (due := flow_queries.next_due()) is not None and due <= until:
            if not flows.fire_due_timers(now=due, limit=500):
                break
            self.look(due)

    @staticmethod
    def _try(act: Callable[[datetime], None], when: datetime) -> None:
        try:
            act(when)
        except Refused as refused:  # the chart went elsewhere meanwhile: what a person would meet, too
            if refused.status not in (404, 409):
                raise

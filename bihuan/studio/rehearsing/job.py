"""A whole rehearsal in portions: the scenario, then how many people are needed, then the look back."""

from base64 import b64decode
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn import Chart, ChartRefused, load_chart
from bihuan.bpmn.decisions import parse_decision
from bihuan.bpmn.simulate import Outcome, Plan, ScenarioRefused, prepare, read_scenario, rehearse
from bihuan.studio.rehearsing.assumptions import Assumptions, read_assumptions
from bihuan.studio.rehearsing.figures import Figure, figure, share
from bihuan.studio.rehearsing.measuring import HOUR, measured, within
from bihuan.studio.rehearsing.scenario import scenario_back, scenario_of
from bihuan.studio.rehearsing.staffing import Search, verdict
from bihuan.worktime import WorktimeError

_BACK_RUNS: Final = 10
_CLEAR_AFTER: Final = 6
"""Runs after which a number of people that is far from the goal needs no further ones."""
_CLEAR: Final = 3.0
_USUAL_TRIES: Final = 8
_BASE, _STAFF = 0.25, 0.95
Message = dict[str, object]


@dataclass(frozen=True, slots=True)
class Job:
    """What a rehearsal needs to know. `cases`: counted in each of `replications`."""

    chart: Chart
    assumptions: Assumptions
    calendars: Mapping[str, object]
    cases: int
    replications: int
    seed: int


def read_job(value: Mapping[str, object]) -> Job:
    """The job that a JSON object describes, `chart` in base 64. ChartRefused, ScenarioRefused."""
    decisions, calendars = value["decisions"], value["calendars"]
    assert isinstance(decisions, Mapping) and isinstance(calendars, Mapping)
    tables = {str(key): parse_decision(str(xml).encode()) for key, xml in decisions.items()}
    return Job(
        chart=load_chart(b64decode(str(value["chart"])), decisions=tables),
        assumptions=read_assumptions(value["assumptions"]),
        calendars={str(key): one for key, one in calendars.items()},
        cases=int(str(value["cases"])),
        replications=int(str(value["replications"])),
        seed=int(str(value["seed"])),
    )


def carried_out(value: Mapping[str, object]) -> Iterator[Message]:
    """Messages: {"progress": 0–1, "doing": base | staff | back}; {"so_far": …} as soon as the scenario itself is done,
    without `answer` and `back`; last {"results": …} or {"failed": …}."""
    try:
        yield from running(read_job(value))
    except ScenarioRefused as refused:
        yield {"failed": "; ".join(refused.problems)}
    except (ChartRefused, WorktimeError) as refused:
        yield {"failed": str(refused)}


def running(job: Job) -> Iterator[Message]:
    """The messages of a job that has been read. ScenarioRefused where it cannot be rehearsed."""
    return _Running(job).run()


class _Running:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.goal = job.assumptions.goal

    def run(self) -> Iterator[Message]:
        """All of it."""
        job = self.job
        plan = self._plan({})
        outcomes: list[Outcome] = []
        for number in range(job.replications):
            outcomes.append(self._one(plan, number))
            yield _progress("base", _BASE * (number + 1) / job.replications)
        found = measured(plan, outcomes, self.goal.hours, job.cases)
        yield {"so_far": dict(found)}
        found["answer"] = yield from self._answer(outcomes)
        found["back"] = yield from self._back()
        yield {"results": found}

    def _plan(self, sizes: Mapping[str, int]) -> Plan:
        job = self.job
        scenario = scenario_of(job.chart, job.assumptions, job.calendars, cases=job.cases, sizes=sizes)
        return prepare(job.chart, read_scenario(scenario))

    def _one(self, plan: Plan, replication: int) -> Outcome:
        return rehearse(plan, seed=self.job.seed, replication=replication, cases=self.job.cases)

    def _within(self, outcome: Outcome) -> float:
        return within(outcome, self.goal.hours, self.job.cases)

    # How many people

    def _answer(self, outcomes: list[Outcome]) -> Generator[Message, None, Message | None]:
        team = self.job.assumptions.teams.get(self.goal.role)
        if team is None or self.goal.role not in outcomes[0].crews:
            return None
        known = share([self._within(one) for one in outcomes])
        search = Search(self.goal.role, team.people, self.goal.share, known)
        done = 0
        for people in search.run():
            search.tried[people] = yield from self._try(people, done)
            done += 1
        return search.answer()

    def _try(self, people: int, done: int) -> Generator[Message, None, Figure]:
        plan = self._plan({self.goal.role: people})
        runs: list[float] = []
        for number in range(self.job.replications):
            runs.append(self._within(self._one(plan, number)))
            part = (done + len(runs) / self.job.replications) / _USUAL_TRIES
            yield _progress("staff", _BASE + (_STAFF - _BASE) * min(1.0, part))
            if len(runs) >= _CLEAR_AFTER and self._is_clear(share(runs)):
                break
        return share(runs)

    def _is_clear(self, found: Figure) -> bool:
        """Whether the goal is so far away that more runs would not change what is said."""
        if found.low is None or found.high is None or verdict(found, self.goal.share) == "unsure":
            return False
        return abs(found.mean - self.goal.share) > _CLEAR * (found.high - found.low) / 2

    # What really happened

    # Only of people and times as they were; a scenario that supposes others has nothing to be held against.

    def _back(self) -> Generator[Message, None, Message | None]:
        job, back = self.job, self.job.assumptions.back
        if back is None or back.p90_hours is None or not job.assumptions.as_seen():
            return None
        plan = prepare(job.chart, read_scenario(scenario_back(job.chart, job.assumptions, job.calendars)))
        spans = []
        for number in range(_BACK_RUNS):
            outcome = rehearse(plan, seed=job.seed, replication=number, cases=len(back.times) - back.lead)
            spans.append(outcome.measures["open_time"].quantile(0.9) / HOUR)
            yield _progress("back", _STAFF + (1.0 - _STAFF) * (number + 1) / _BACK_RUNS)
        return {"p90": figure(spans, least=0.0).to_json(), "really": back.p90_hours}


def _progress(doing: str, share: float) -> Message:
    return {"progress": round(share, 3), "doing": doing}

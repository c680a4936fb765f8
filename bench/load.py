"""Clients of a measurement, each a process of its own: ``python -m bench.load KIND SECONDS …`` prints a count."""

import http.client
import json
import sys
import time
from urllib.parse import urlsplit


def intakes(url: str, token: str, seconds: float, name: str) -> int:
    """Posts issues over one kept connection until the time is up."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    done, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        body = json.dumps(
            {
                "title": f"疫苗冷库温度数据中断 {done} 分钟",
                "description": "2 号库没有温度数据，短信也没收到。",
                "customer": {"name": f"客户 {name}-{done % 40}", "email": f"k{name}{done % 40}@customer.example"},
            }
        )
        connection.request("POST", "/api/v1/issues", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 201:
            raise RuntimeError(f"intake answered {answer.status}")
        done += 1
    return done


def steps(seconds: float, name: str) -> int:
    """Completes steps through ``flows.operations`` with the issue row, timeline and log that go with them."""
    from bihuan.config.bootstrap import setup_django

    setup_django()
    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now
    from bihuan.flows import operations as flows
    from bihuan.flows import queries
    from bihuan.issues.operations import Intake, IntakeCustomer, open_issue

    customer = IntakeCustomer(name=f"客户 {name}", email=f"s{name}@customer.example")
    intake = Intake(title="测量", description="测量", channel="api", customer=customer)
    instances = [open_issue(intake=intake, actor=SYSTEM, now=system_now()).instance_id for _ in range(120)]
    way: tuple[tuple[str, dict[str, object]], ...] = (
        ("to_classify", {}),
        (
            "",
            {
                "urgency": "medium",
                "impact": "medium",
                "complexity": "low",
                "lead_department": "device",
                "support_departments": [],
            },
        ),
        ("to_analysis", {}),
        ("submit_analysis", {}),
        ("", {"risk": "low"}),
        ("approve_o", {}),
    )
    done, started, until = 0, time.monotonic(), time.monotonic() + seconds
    for outcome, variables in way:
        for item in [row[0] for row in queries.open_steps(instance_ids=instances).values() if row]:
            if time.monotonic() > until:
                break
            flows.complete_work_item(
                work_item_id=item.pk, outcome=outcome or None, variables=variables, actor=SYSTEM, now=system_now()
            )
            done += 1
    return round(done / (time.monotonic() - started) * 1000)


def main() -> None:
    """Prints what was counted."""
    kind, seconds, name, *rest = sys.argv[1:]
    print(intakes(rest[0], rest[1], float(seconds), name) if kind == "intakes" else steps(float(seconds), name))


if __name__ == "__main__":
    main()

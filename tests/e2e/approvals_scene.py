"""Sets the scene in a running product: a chart whose plan three people vote on, and issues whose plan waits for them.

Run as a program on the product's folder (``BIHUAN_VAR``); prints one line a scene: issue, step.
"""

import os
import sys
from dataclasses import replace

APPROVER = '<bpmn:userTask id="approve_owner"'
VOTE = ' bihuan:approval="vote" bihuan:approvalQuorum="2" bihuan:approvers="approver head quality"'


def main() -> None:
    """Publishes the chart and brings four issues to their approval."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    import django

    django.setup()
    from bihuan.accounts import queries as people
    from bihuan.accounts.models import User
    from bihuan.core.actor import SYSTEM, Actor
    from bihuan.core.clock import system_now
    from bihuan.flows import gallery
    from bihuan.flows import queries as flows
    from bihuan.flows.operations import publish_package
    from bihuan.issues import operations
    from bihuan.issues.operations import Intake, IntakeCustomer
    from tests.issues.test_story import CHOICE, DATA

    def actor(username: str) -> Actor:
        return people.actor_for_user(User.objects.get(username=username))

    admin, engineer = actor("admin"), actor("engineer")
    stand_in = replace(engineer, may=admin.may)
    shipped = gallery.package("T01")
    chart = shipped.chart.decode().replace(APPROVER, APPROVER + VOTE).encode()
    publish_package(package=replace(shipped, chart=chart), actor=admin, now=system_now())
    own = people.department_by_id(min(engineer.departments))
    assert own is not None
    for number in range(4):
        customer = IntakeCustomer(name="云溪市第二人民医院", email=f"wu{number}@hospital.example", contact="吴桂芳")
        issue = operations.open_issue(
            intake=Intake(title=f"冷库温度中断 {number}", description="没有数据", channel="email", customer=customer),
            actor=SYSTEM,
            now=system_now(),
        )
        for node in ("register", "classify", "contact", "analyse", "plan"):
            step = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id][0]
            assert step.node == node
            data = {**DATA[node], **({"lead_department": own.key} if node == "classify" else {})}
            operations.complete_step(
                work_item_id=step.pk,
                outcome=CHOICE.get(node),
                data=data,
                actor=stand_in if node == "plan" else admin,
                now=system_now(),
            )
        step = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id][0]
        sys.stdout.write(f"scene {issue.pk} {step.pk}\n")


if __name__ == "__main__":
    main()

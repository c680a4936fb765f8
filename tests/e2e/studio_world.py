"""A chart in every state of its life, under long names: made through the operations, in a process of its own.

`python -m tests.e2e.studio_world` on the installation of BIHUAN_VAR says as JSON where everything stands.
"""

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import django

from bihuan.config import pg_files
from bihuan.config.database import DATABASE
from bihuan.core.actor import Actor

LONG = "华东大区客户投诉受理、分级、跨部门协同处理与回访闭环管理流程（含冷链监测设备现场维修与备件更换特别条款）"
STEP = "由区域技术支持中心会同质量管理部核对全部原始记录"
REMARK = "这一步和我们现在的做法不一样：值班的人先打电话确认现场安全，再登记；先登记会耽误半个小时。"
BROKEN = """<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">
<process id="p" name="外来的流程" isExecutable="true"><startEvent id="a"/>
<complexGateway id="g"/><sequenceFlow id="f" sourceRef="a" targetRef="nowhere"/></process></definitions>"""
TEXT = """客户投诉处理办法
1. 客服代表接到投诉后 2 小时内登记《客户投诉登记表》。
2. 客服主管在 1 个工作日内分派到责任部门。
3. 责任部门在 3 个工作日内分析原因，提出处理方案。
4. 如果金额超过 5000 元，由总经理审批；否则由部门经理审批。
5. 责任部门执行方案，客服代表回访客户，质量管理部归档。
"""


def _setup() -> None:
    os.environ["DATABASE_URL"] = pg_files.server_url(Path(os.environ["BIHUAN_VAR"]) / "pg", DATABASE)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.config.settings"
    django.setup()


def _from_text(actor: Actor, now: datetime) -> int:
    """A draft that was read from a text, with what must be confirmed."""
    from bihuan.bpmn.sketch import write_sketch
    from bihuan.procedures import clean, draft, source_of, understand
    from bihuan.studio import operations as studio

    one = draft(understand(clean(source_of(TEXT, ""))))[0]
    asked = [{"zh": each.message.zh, "en": each.message.en, "words": REMARK} for each in one.questions]
    content = studio.Content(chart=write_sketch(one.sketch))
    origin = {"kind": "text", "file": f"{LONG}.docx", "questions": asked, "gaps": asked}
    return studio.create_draft(name=LONG, content=content, origin=origin, actor=actor, now=now).pk


def made() -> dict[str, int]:
    """Makes everything; the ids that stand in addresses."""
    from bihuan.accounts import queries as accounts
    from bihuan.core.clock import system_now
    from bihuan.flows import operations as flow_operations
    from bihuan.flows import queries as flows
    from bihuan.studio import operations as studio
    from bihuan.studio import queries
    from bihuan.studio.models import Draft
    from tests.studio.test_drills import cards, play

    now = system_now()
    people = {}
    for name in ("manager", "quality", "agent", "admin"):
        user = accounts.person(username=name)
        assert user is not None, name
        people[name] = accounts.actor_for_user(user)
    manager, agent = people["manager"], people["agent"]

    def version_in_force() -> int:
        found = flows.current_version(key="T01")
        assert found is not None
        return found.pk

    def next_draft(old: str, new: str, name: str = LONG) -> Draft:
        draft = studio.draft_from_version(version_id=version_in_force(), actor=manager, now=now)
        chart = bytes(draft.chart).replace(old.encode(), new.encode())
        draft = studio.save_draft(draft_id=draft.pk, revision=draft.revision, chart=chart, actor=manager, now=now)
        return studio.rename_draft(draft_id=draft.pk, revision=draft.revision, name=name, actor=manager, now=now)

    def publish(draft: Draft, pilot: flow_operations.Pilot | None = None) -> int:
        return studio.publish_draft(
            draft_id=draft.pk, revision=draft.revision, change_log="改了一步的名称和做法，" * 6, pilot=pilot,
            warnings_seen=True, unreviewed_reason="节前要用，" * 9, actor=manager, now=now,
        ).pk  # fmt: skip

    first = version_in_force()
    card = cards()[0]
    ground = queries.ground_of_version(actor=agent, version=flows.version_of(key="T01", number=1))
    over = play(studio.start_drill(ground=ground, card=card, actor=agent, now=now), right=False, now=now)
    drill = studio.start_drill(ground=ground, card=card, actor=agent, now=now)
    publish(next_draft("分类分派", STEP))
    publish(next_draft("登记受理", "登记并" + STEP), flow_operations.Pilot(percent=20))
    for element in ("register", "analyse", ""):
        studio.suggest(version_id=version_in_force(), element=element, text=REMARK, actor=agent, now=now)
    base = next_draft("归档", "归档并" + STEP)
    review = studio.copy_shipped(shipped="T01", name=LONG, actor=manager, now=now)
    for element in ("register", "analyse", "analyse", ""):
        remark = studio.add_comment(draft_id=review.pk, element=element, text=REMARK, actor=agent, now=now)
    studio.answer_comment(comment_id=remark.pk, text=REMARK, actor=manager, now=now)
    studio.ask_review(
        draft_id=review.pk, revision=review.revision, reviewers=["quality", "admin"], note=REMARK,
        due=(now + timedelta(days=9)).date(), actor=manager, now=now,
    )  # fmt: skip
    own = studio.copy_shipped(shipped="T01", name=LONG, actor=manager, now=now)
    blank = studio.create_draft(name=LONG, actor=manager, now=now)
    faults = studio.create_draft(
        name="外来的流程", content=studio.Content(chart=BROKEN.encode()), actor=manager, now=now
    )
    subject = queries.rehearsable_version(actor=manager, version_id=version_in_force())
    proposal = queries.proposed(actor=manager, subject=subject, now=now)
    for name in ("现状", LONG[:60]):
        studio.start_rehearsal(
            version_id=version_in_force(), name=name, assumptions=proposal.assumptions,
            size=studio.Size(cases=60, replications=3), actor=manager, now=now,
        )  # fmt: skip
    size = studio.Size(cases=20_000, replications=20)
    subject = queries.rehearsable_draft(actor=manager, draft=base, number=4)
    proposal = queries.proposed(actor=manager, subject=subject, now=now)
    running = studio.start_rehearsal(
        draft_id=base.pk, name=LONG[:60], assumptions=proposal.assumptions, size=size, actor=manager, now=now
    )
    studio.cancel_rehearsal(rehearsal_id=running.pk, actor=manager, now=now)
    migration = flow_operations.start_migration(
        source_id=first, target_id=version_in_force(), mapping={}, reason=REMARK, actor=people["admin"], now=now
    )
    found = {
        "first": first,
        "second": version_in_force(),
        "card": card.pk,
        "over": over.pk,
        "drill": drill.pk,
        "base": base.pk,
        "review": review.pk,
    }
    return found | {
        "own": own.pk,
        "blank": blank.pk,
        "faults": faults.pk,
        "running": running.pk,
        "migration": migration.pk,
        "text": _from_text(manager, now),
    }


if __name__ == "__main__":
    _setup()
    sys.stdout.write(json.dumps(made()) + "\n")

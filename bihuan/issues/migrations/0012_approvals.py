"""Approvals: rounds and who decides in them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_signing_in"),
        ("flows", "0006_suspension"),
        ("issues", "0011_kit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(model_name="issue", name="asked", field=models.SmallIntegerField(default=0)),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("node", models.CharField(blank=True, max_length=100)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField(blank=True)),
                ("number", models.SmallIntegerField(default=1)),
                ("mode", models.CharField(max_length=16)),
                ("wanted", models.CharField(blank=True, max_length=8)),
                ("quorum", models.SmallIntegerField(default=1)),
                ("seated", models.BooleanField(default=False)),
                ("parts", models.JSONField(default=dict)),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "审批中"),
                            ("approved", "已同意"),
                            ("rejected", "未同意"),
                            ("void", "作废"),
                            ("cancelled", "已撤回"),
                        ],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("straight_back", models.BooleanField(default=False)),
                ("carried", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "blocks",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="flows.workitem",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="issues.issue",
                    ),
                ),
                (
                    "work_item",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="flows.workitem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApprovalSeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, max_length=64)),
                ("place", models.CharField(blank=True, max_length=8)),
                ("reason", models.TextField(blank=True)),
                ("waiting", models.BooleanField(default=False)),
                ("decision", models.CharField(blank=True, max_length=8)),
                ("decided_at", models.DateTimeField(null=True)),
                ("opinion", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("carried", models.BooleanField(default=False)),
                (
                    "added_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seats", to="issues.approval"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "delegated_from",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="issues.approvalseat",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="approval", index=models.Index(fields=["issue", "-id"], name="approval_of_issue")
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(("work_item__isnull", False)), fields=["work_item"], name="approval_of_step"
            ),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(("blocks__isnull", False)), fields=["blocks"], name="approval_blocks"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open"), ("work_item__isnull", False)),
                fields=("work_item",),
                name="approval_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="approval_closed_at",
            ),
        ),
        migrations.AddIndex(
            model_name="approvalseat",
            index=models.Index(
                condition=models.Q(("waiting", True)), fields=["user", "approval"], name="approval_mine"
            ),
        ),
        migrations.AddIndex(
            model_name="approvalseat",
            index=models.Index(
                condition=models.Q(("user__isnull", True), ("waiting", True)),
                fields=["role", "approval"],
                name="approval_of_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalseat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)), fields=("approval", "user"), name="approval_seat_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalseat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decision", "")),
                    models.Q(
                        ("decided_at__isnull", False), ("decision__in", ["approve", "reject"]), ("waiting", False)
                    ),
                    _connector="OR",
                ),
                name="approval_seat_decided",
            ),
        ),
    ]

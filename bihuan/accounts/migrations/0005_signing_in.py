"""Second factors, sessions, identities, and roles that see chosen departments."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STAMP = (
    "CREATE TRIGGER accounts_role_departments_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
    " ON accounts_role_departments FOR EACH STATEMENT EXECUTE FUNCTION core_renew_stamp('accounts')"
)
REVEALS = ("agent", "supervisor", "engineer", "approver", "head", "manager")
PK = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def give(apps, _editor):
    """The built-in roles that exist already may do what they could before: who spoke to customers reveals, who set up
    the system manages people."""
    for role in apps.get_model("accounts", "Role").objects.all():
        wanted = [*(["customers.reveal"] if role.key in REVEALS else []), *(["people.edit"] if role.key == "admin" else [])]
        missing = [each for each in wanted if each not in role.permissions]
        if missing:
            role.permissions = [*role.permissions, *missing]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_draw"), ("core", "0005_settings")]

    operations = [
        migrations.AddField("role", "departments", models.ManyToManyField(related_name="+", to="accounts.department")),
        migrations.RunSQL(STAMP, "DROP TRIGGER accounts_role_departments_stamp ON accounts_role_departments"),
        migrations.AddField("user", "link_digest", models.CharField(blank=True, default="", max_length=64), preserve_default=False),
        migrations.AddField("user", "link_until", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                ("id", PK.clone()),
                ("secret", models.TextField()),
                ("last_step", models.BigIntegerField(default=0)),
                (
                    "recovery",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_factor",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", PK.clone()),
                ("at", models.DateTimeField(db_index=True)),
                ("outcome", models.CharField(max_length=16)),
                ("way", models.CharField(max_length=16)),
                ("address", models.CharField(blank=True, max_length=64)),
                ("device", models.CharField(blank=True, max_length=300)),
                ("session_key", models.CharField(blank=True, max_length=40)),
                ("seen_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "-id"], name="sign_in_person"),
                    models.Index(
                        fields=["session_key"], name="sign_in_session", condition=models.Q(("session_key", ""), _negated=True)
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", PK.clone()),
                ("issuer", models.CharField(max_length=300)),
                ("subject", models.CharField(max_length=255)),
                ("made_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("issuer", "subject"), name="sign_in_identity_once")]
            },
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]

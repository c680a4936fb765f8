"""Settings that an installation chooses, kept in each process under their stamp."""

from django.db import migrations, models

STAMP = (
    "CREATE TRIGGER core_setting_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON core_setting"
    " FOR EACH STATEMENT EXECUTE FUNCTION core_renew_stamp('settings')"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_append_only")]

    operations = [
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("value", models.JSONField()),
            ],
        ),
        migrations.RunSQL(STAMP, "DROP TRIGGER core_setting_stamp ON core_setting"),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["actor_name", "id"], name="audit_actor"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["action", "id"], name="audit_action"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["at", "id"], name="audit_at"),
        ),
    ]

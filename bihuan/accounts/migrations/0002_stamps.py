"""A change of people, departments and roles renews their stamp (``bihuan.core.stamps``)."""

from django.db import migrations

ANY = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
WATCHED = (
    ("accounts_department", ANY),
    ("accounts_role", ANY),
    ("accounts_post", ANY),
    ("accounts_user", "INSERT OR DELETE OR TRUNCATE OR UPDATE OF username, name, language, is_active, deputy_id, absent_from, absent_until"),
)


def _sql(table: str, events: str) -> str:
    return (
        f"CREATE TRIGGER {table}_stamp AFTER {events} ON {table} FOR EACH STATEMENT"
        " EXECUTE FUNCTION core_renew_stamp('accounts')"
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("core", "0003_stamps")]

    operations = [
        migrations.RunSQL(_sql(table, events), f"DROP TRIGGER {table}_stamp ON {table}") for table, events in WATCHED
    ]

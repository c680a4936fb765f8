"""A change of kinds of issues renews their stamp (``bihuan.core.stamps``)."""

from django.db import migrations

ANY = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
WATCHED = (
    ("issues_issuetype", ANY),
)


def _sql(table: str, events: str) -> str:
    return (
        f"CREATE TRIGGER {table}_stamp AFTER {events} ON {table} FOR EACH STATEMENT"
        " EXECUTE FUNCTION core_renew_stamp('issues')"
    )


class Migration(migrations.Migration):
    dependencies = [("issues", "0002_follow_ups_and_indexes"), ("core", "0003_stamps")]

    operations = [
        migrations.RunSQL(_sql(table, events), f"DROP TRIGGER {table}_stamp ON {table}") for table, events in WATCHED
    ]

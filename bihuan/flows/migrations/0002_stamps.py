"""A change of published charts renews their stamp (``bihuan.core.stamps``)."""

from django.db import migrations

ANY = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
WATCHED = (
    ("flows_definition", ANY),
    ("flows_version", ANY),
)


def _sql(table: str, events: str) -> str:
    return (
        f"CREATE TRIGGER {table}_stamp AFTER {events} ON {table} FOR EACH STATEMENT"
        " EXECUTE FUNCTION core_renew_stamp('flows')"
    )


class Migration(migrations.Migration):
    dependencies = [("flows", "0001_initial"), ("core", "0003_stamps")]

    operations = [
        migrations.RunSQL(_sql(table, events), f"DROP TRIGGER {table}_stamp ON {table}") for table, events in WATCHED
    ]

"""A change of calendars renews their stamp (``bihuan.core.stamps``)."""

from django.db import migrations

ANY = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
WATCHED = (
    ("calendars_workcalendar", ANY),
    ("calendars_calendarversion", ANY),
)


def _sql(table: str, events: str) -> str:
    return (
        f"CREATE TRIGGER {table}_stamp AFTER {events} ON {table} FOR EACH STATEMENT"
        " EXECUTE FUNCTION core_renew_stamp('calendars')"
    )


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial"), ("core", "0003_stamps")]

    operations = [
        migrations.RunSQL(_sql(table, events), f"DROP TRIGGER {table}_stamp ON {table}") for table, events in WATCHED
    ]

import django.db.models.deletion
from django.db import migrations, models

# A deadline refers to the version it was counted in; changing one would rewrite what was promised.
KEEP_VERSIONS = """
CREATE FUNCTION calendars_version_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a calendar version is never changed';
END $$;
CREATE TRIGGER calendars_version_is_final BEFORE UPDATE ON calendars_calendarversion
    FOR EACH ROW EXECUTE FUNCTION calendars_version_is_final();
"""
FORGET_VERSIONS = """
DROP TRIGGER calendars_version_is_final ON calendars_calendarversion;
DROP FUNCTION calendars_version_is_final();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="WorkCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=100)),
                ("timezone", models.CharField(max_length=64)),
                ("week", models.JSONField()),
                ("seasons", models.JSONField(default=list)),
                ("rotation", models.JSONField(null=True)),
                ("region", models.CharField(blank=True, max_length=16)),
                ("make_up_like", models.CharField(default="mon", max_length=3)),
            ],
        ),
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=16)),
                ("year", models.IntegerField()),
                ("source", models.CharField(max_length=300)),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("region", "year"), name="calendar_year_once")],
            },
        ),
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("content_hash", models.CharField(max_length=64)),
                ("data", models.JSONField()),
                ("created_at", models.DateTimeField()),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="calendars.workcalendar",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("calendar", "number"), name="calendar_version_number")],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(blank=True, max_length=16)),
                ("notice_year", models.IntegerField(null=True)),
                ("date", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("holiday", "节假日"), ("workday", "上班日"), ("custom", "特殊时间")], max_length=10
                    ),
                ),
                ("hours", models.JSONField(null=True)),
                ("name", models.CharField(blank=True, max_length=100)),
                (
                    "calendar",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="calendars.workcalendar",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("calendar__isnull", True)),
                        fields=("region", "date"),
                        name="calendar_day_official",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("calendar__isnull", False)),
                        fields=("calendar", "date"),
                        name="calendar_day_company",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("calendar__isnull", True),
                                ("notice_year__isnull", False),
                                models.Q(("region", ""), _negated=True),
                            ),
                            models.Q(("calendar__isnull", False), ("notice_year__isnull", True), ("region", "")),
                            _connector="OR",
                        ),
                        name="calendar_day_one_layer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hours__isnull", True), ("kind", "holiday")),
                            ("kind", "workday"),
                            models.Q(("hours__isnull", False), ("kind", "custom")),
                            _connector="OR",
                        ),
                        name="calendar_day_hours_fit_kind",
                    ),
                ],
            },
        ),
        migrations.RunSQL(sql=KEEP_VERSIONS, reverse_sql=FORGET_VERSIONS),
    ]

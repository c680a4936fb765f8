"""Stamps of settings, and the trigger's function that renews them."""

from django.db import migrations, models

FUNCTION = """
CREATE SEQUENCE core_stamp_value;
CREATE FUNCTION core_renew_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO core_stamp (key, value) VALUES (TG_ARGV[0], nextval('core_stamp_value'))
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value;
    RETURN NULL;
END
$$;
"""
BACK = "DROP FUNCTION core_renew_stamp(); DROP SEQUENCE core_stamp_value;"


class Migration(migrations.Migration):
    dependencies = [("core", "0002_issue_number")]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True)),
                ("value", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(FUNCTION, BACK),
    ]

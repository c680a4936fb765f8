"""The sequence behind issue numbers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE IF NOT EXISTS core_issue_number", "DROP SEQUENCE IF EXISTS core_issue_number"
        ),
    ]

"""What lists of a million issues need: open ones by deadline, and how the columns that people combine go together."""

import datetime

from django.db import migrations, models
from django.db.models.functions import Coalesce

# Without them the database takes conditions for independent of each other: it expects thousands of rows where there
# are none, and reads the whole table in the order of the list to find a page of them.
_STATISTICS = (
    "CREATE STATISTICS issue_conditions (mcv) ON status, is_open, type_id, priority, lead_department_id"
    " FROM issues_issue; ALTER STATISTICS issue_conditions SET STATISTICS 300"
)


class Migration(migrations.Migration):
    dependencies = [("issues", "0008_clock_policy_key")]

    operations = [
        migrations.AddIndex(
            model_name="issue",
            index=models.Index(
                Coalesce("due_at", models.Value(datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC))),
                models.F("id"),
                condition=models.Q(("is_open", True)),
                name="issue_open_due",
            ),
        ),
        migrations.RemoveIndex(model_name="issue", name="issue_due"),
        migrations.RunSQL(_STATISTICS, "DROP STATISTICS issue_conditions"),
    ]

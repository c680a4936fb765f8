"""The chart of an issue knows it by its number: BPMN's business key, by which messages of other charts find it."""

from django.db import migrations

GIVE = """
UPDATE flows_instance i SET business_key = s.number FROM issues_issue s
WHERE s.instance_id = i.id AND i.business_key = ''
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0003_stamps"), ("flows", "0004_append_only")]

    operations = [migrations.RunSQL(GIVE, migrations.RunSQL.noop)]

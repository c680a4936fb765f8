"""The event log is append-only, and a published version keeps its content: instances are pinned to it."""

from django.db import migrations

KEEP = """
CREATE TRIGGER flows_steprecord_append_only BEFORE UPDATE OR DELETE ON flows_steprecord
    FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER flows_version_is_final BEFORE UPDATE OF definition_id, number, content_hash, chart, forms, decisions
    ON flows_version FOR EACH ROW EXECUTE FUNCTION core_append_only();
"""
LEAVE = """
DROP TRIGGER flows_version_is_final ON flows_version;
DROP TRIGGER flows_steprecord_append_only ON flows_steprecord;
"""


class Migration(migrations.Migration):
    dependencies = [("flows", "0003_steering"), ("core", "0004_append_only")]

    operations = [migrations.RunSQL(KEEP, LEAVE)]

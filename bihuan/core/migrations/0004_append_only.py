"""What is only ever added to, the database keeps as it was written: whoever has rights on the tables, too."""

from django.db import migrations

KEEP = """
CREATE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER core_auditentry_append_only BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER core_auditseal_append_only BEFORE UPDATE OR DELETE ON core_auditseal
    FOR EACH ROW EXECUTE FUNCTION core_append_only();
"""
LEAVE = """
DROP TRIGGER core_auditseal_append_only ON core_auditseal;
DROP TRIGGER core_auditentry_append_only ON core_auditentry;
DROP FUNCTION core_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_stamps")]

    operations = [migrations.RunSQL(KEEP, LEAVE)]

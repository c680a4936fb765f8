"""Names in pinyin: found by their initials, put in order by their sounds."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from bihuan.customers.rules.naming import named

_PORTION = 2000
# As before, with the two columns more; the one of before stays for workers that were not started again yet.
CREATE = """
CREATE FUNCTION customers_register(
    p_email text, p_phone text, p_person text, p_name text, p_kind text, p_region text, p_phone_raw text,
    p_preferred text, p_language text, p_consent_at timestamptz, p_now timestamptz,
    p_initials text, p_sounds text,
    OUT customer_id bigint, OUT contact_id bigint, OUT made boolean
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    made := false;
    IF p_email <> '' OR p_phone <> '' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(
            CASE WHEN p_email <> '' THEN p_email ELSE p_phone || ' ' || p_person END, 7341002));
        SELECT c.id, c.customer_id INTO contact_id, customer_id FROM customers_contact c
            JOIN customers_customer k ON k.id = c.customer_id
            WHERE (p_email <> '' AND c.email = p_email)
               OR (p_email = '' AND c.phone = p_phone AND (c.name = p_person OR k.name = p_name))
            ORDER BY c.id LIMIT 1;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO customers_customer (name, initials, sounds, kind, code, tier, region, address, note, created_at, updated_at)
        VALUES (p_name, p_initials, p_sounds, p_kind, '', '', p_region, '', '', p_now, p_now) RETURNING id INTO customer_id;
    INSERT INTO customers_contact (customer_id, name, position, email, phone, phone_raw, preferred, preferred_hours,
                                   language, consent_at, created_at)
        VALUES (customers_register.customer_id, p_person, '', p_email, p_phone, p_phone_raw, p_preferred, '',
                p_language, p_consent_at, p_now)
        RETURNING id INTO contact_id;
    made := true;
END $$
"""
DROP = (
    "DROP FUNCTION customers_register(text, text, text, text, text, text, text, text, text, timestamptz, timestamptz,"
    " text, text)"
)


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What is there gets them portion by portion, so that memory stays small however many customers there are."""
    rows = apps.get_model("customers", "Customer").objects
    last = 0
    while portion := list(rows.filter(pk__gt=last).order_by("pk").only("pk", "name")[:_PORTION]):
        for row in portion:
            spelled = named(row.name)
            row.initials, row.sounds = spelled["initials"], spelled["sounds"]
        rows.bulk_update(portion, ["initials", "sounds"])
        last = portion[-1].pk


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_reveals")]

    operations = [
        migrations.AddField("customer", "initials", models.CharField(max_length=32, default="", db_default="")),
        migrations.AddField("customer", "sounds", models.CharField(max_length=100, default="", db_default="")),
        migrations.RunSQL(CREATE, DROP),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "customer", models.Index(fields=["initials"], name="customer_initials", opclasses=["text_pattern_ops"])
        ),
        migrations.AddIndex("customer", models.Index(fields=["sounds", "id"], name="customer_sounds")),
    ]

"""Customers are registered by one statement, and only once when two of their messages come at the same time."""

from django.db import migrations, models

# Under a lock on the address (or number and name) it looks again, because another transaction may have registered
# the same contact since the caller looked. Each statement of a PL/pgSQL function sees what is committed by then, so
# looking again finds it; in one plain statement the snapshot would be older than the lock.
CREATE = """
CREATE FUNCTION customers_register(
    p_email text, p_phone text, p_person text, p_name text, p_kind text, p_region text, p_phone_raw text,
    p_preferred text, p_language text, p_consent_at timestamptz, p_now timestamptz,
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
    INSERT INTO customers_customer (name, kind, code, tier, region, address, note, created_at, updated_at)
        VALUES (p_name, p_kind, '', '', p_region, '', '', p_now, p_now) RETURNING id INTO customer_id;
    INSERT INTO customers_contact (customer_id, name, position, email, phone, phone_raw, preferred, preferred_hours,
                                   language, consent_at, created_at)
        VALUES (customers_register.customer_id, p_person, '', p_email, p_phone, p_phone_raw, p_preferred, '',
                p_language, p_consent_at, p_now)
        RETURNING id INTO contact_id;
    made := true;
END $$
"""
DROP = (
    "DROP FUNCTION customers_register(text, text, text, text, text, text, text, text, text, timestamptz, timestamptz)"
)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.AddIndex(
            model_name="customer", index=models.Index(fields=["-updated_at", "-id"], name="customer_recent")
        ),
    ]

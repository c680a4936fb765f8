"""The built-in roles that exist already get the rights over customers' files."""

from django.db import migrations

GIVEN = {
    "agent": ("customers.edit",),
    "supervisor": ("customers.edit", "customers.merge"),
    "quality": ("customers.privacy",),
    "manager": ("customers.edit", "customers.merge", "customers.privacy"),
    "admin": ("customers.edit", "customers.merge", "customers.privacy"),
}


def give(apps, _editor):
    for role in apps.get_model("accounts", "Role").objects.filter(key__in=GIVEN):
        missing = [right for right in GIVEN[role.key] if right not in role.permissions]
        if missing:
            role.permissions = [*role.permissions, *missing]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_files_of_customers"), ("accounts", "0004_draw")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]

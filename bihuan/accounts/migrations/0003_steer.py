"""Service managers, supervisors and administrators may steer charts: the built-in roles of installations that exist."""

from django.db import migrations

HOLDERS = ("supervisor", "manager", "admin")


def give(apps, _editor):
    for role in apps.get_model("accounts", "Role").objects.filter(key__in=HOLDERS):
        if "flows.steer" not in role.permissions:
            role.permissions = [*role.permissions, "flows.steer"]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_stamps")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]

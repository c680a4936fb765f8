"""Service managers, quality managers and administrators may draw charts: the built-in roles that exist already."""

from django.db import migrations

HOLDERS = ("quality", "manager", "admin")


def give(apps, _editor):
    for role in apps.get_model("accounts", "Role").objects.filter(key__in=HOLDERS):
        if "flows.draw" not in role.permissions:
            role.permissions = [*role.permissions, "flows.draw"]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_steer")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]

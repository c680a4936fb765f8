"""Instances that stand still where they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("flows", "0005_life")]

    operations = [
        migrations.AddField(model_name="instance", name="suspensions", field=models.JSONField(default=list)),
        migrations.AlterField(
            model_name="workitem",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "待认领"),
                    ("claimed", "处理中"),
                    ("completed", "已完成"),
                    ("cancelled", "已取消"),
                    ("suspended", "已挂起"),
                ],
                default="open",
                max_length=16,
            ),
        ),
    ]

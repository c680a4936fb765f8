"""Message-IDs of third parties."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0003_staff_mail'),
        ('issues', '0018_third_party'),
    ]

    operations = [
        migrations.AddField(
            model_name='messagethread',
            name='third_party',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.thirdpartythread'),
        ),
    ]

"""By what name a mail shows a file in place."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issues', '0018_third_party'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='cid',
            field=models.CharField(blank=True, db_default='', default='', max_length=250),
        ),
    ]

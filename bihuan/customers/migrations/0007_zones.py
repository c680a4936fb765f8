"""In which time zone a person lives."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('customers', '0006_sounds')]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='zone',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
    ]

"""Issues that are opened again and again by themselves."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('issues', '0016_finding')]

    operations = [
        migrations.CreateModel(
            name='RecurringIssue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('title', models.CharField(max_length=300)),
                ('text', models.TextField()),
                ('customer_name', models.CharField(max_length=200)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('tags', models.JSONField(default=list)),
                ('every', models.CharField(max_length=8)),
                ('weekday', models.SmallIntegerField(default=0)),
                ('day', models.SmallIntegerField(default=1)),
                ('at', models.TimeField()),
                ('rest', models.CharField(default='next', max_length=8)),
                ('calendar', models.CharField(default='default', max_length=64)),
                ('is_active', models.BooleanField(default=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('opened', models.IntegerField(default=0)),
                ('failed', models.CharField(blank=True, max_length=300)),
                ('revision', models.IntegerField(default=0)),
                ('task_list', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='issues.tasklist')),
                ('type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issuetype')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_active', True), ('next_at__isnull', False)), fields=['next_at'], name='recurring_due')],
            },
        ),
    ]

"""New issues kept ready."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issues', '0019_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='IssueTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('urgency', models.CharField(blank=True, max_length=8)),
                ('impact', models.CharField(blank=True, max_length=8)),
                ('tags', models.JSONField(default=list)),
                ('position', models.IntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('revision', models.IntegerField(default=0)),
                ('task_list', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='issues.tasklist')),
                ('type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issuetype')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name',), name='issue_template_name_once')],
            },
        ),
    ]

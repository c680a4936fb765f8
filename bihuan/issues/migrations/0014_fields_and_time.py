"""Fields of the company's own, and time spent on issues; a change of a field renews the stamp of the kit."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ('text', '文字'), ('long_text', '长文字'), ('number', '数'), ('date', '日期'), ('datetime', '日期时间'),
    ('yes_no', '是否'), ('choice', '单选'), ('choices', '多选'), ('phone', '电话'), ('url', '网址'),
]
STAMP = (
    "CREATE TRIGGER issues_fielddefinition_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON issues_fielddefinition"
    " FOR EACH STATEMENT EXECUTE FUNCTION core_renew_stamp('issue_kit')"
)


class Migration(migrations.Migration):

    dependencies = [
        ('issues', '0013_duty'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FieldDefinition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=60)),
                ('name_en', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(choices=KINDS, max_length=16)),
                ('options', models.JSONField(default=list)),
                ('required', models.CharField(blank=True, max_length=100)),
                ('help', models.CharField(blank=True, max_length=200)),
                ('unit', models.CharField(blank=True, max_length=20)),
                ('least', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('most', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('position', models.IntegerField(default=0)),
                ('version', models.IntegerField(default=1)),
                ('is_active', models.BooleanField(default=True)),
                ('type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issuetype')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key',), name='field_key_once')],
            },
        ),
        migrations.CreateModel(
            name='TimeRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('minutes', models.IntegerField(default=0)),
                ('kind', models.CharField(max_length=16)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('billable', models.BooleanField(default=False)),
                ('started_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(null=True)),
                ('issue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['issue', '-day', '-id'], name='time_of_issue'), models.Index(fields=['user', '-day', '-id'], name='time_of_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('started_at__isnull', False)), fields=('user',), name='time_one_timer'), models.CheckConstraint(condition=models.Q(('minutes__gte', 0), ('minutes__lte', 1440)), name='time_within_a_day')],
            },
        ),
        migrations.AddField(
            model_name='issue',
            name='fields',
            field=models.JSONField(default=dict),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=django.contrib.postgres.indexes.GinIndex(fields=['fields'], name='issue_fields', opclasses=['jsonb_path_ops']),
        ),
        migrations.RunSQL(STAMP, "DROP TRIGGER issues_fielddefinition_stamp ON issues_fielddefinition"),
    ]

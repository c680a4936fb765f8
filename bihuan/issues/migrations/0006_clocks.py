"""Policies and clocks; a change of a policy renews their stamp (``bihuan.core.stamps``)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

STAMP = (
    "CREATE TRIGGER issues_clockpolicy_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON issues_clockpolicy"
    " FOR EACH STATEMENT EXECUTE FUNCTION core_renew_stamp('clock_policies')"
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_draw'),
        ('core', '0003_stamps'),
        ('calendars', '0002_stamps'),
        ('issues', '0005_flow'),
    ]

    operations = [
        migrations.AddField(
            model_name='issue',
            name='clock_due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='issue',
            name='open_clocks',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='ClockPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('name_en', models.CharField(blank=True, max_length=100)),
                ('position', models.IntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('priority', models.CharField(blank=True, max_length=4)),
                ('tier', models.CharField(blank=True, max_length=32)),
                ('contract', models.BooleanField(null=True)),
                ('channel', models.CharField(blank=True, max_length=16)),
                ('calendar', models.CharField(default='default', max_length=64)),
                ('targets', models.JSONField(default=dict)),
                ('pauses', models.JSONField(default=list)),
                ('alarms', models.JSONField(default=list)),
                ('alarm_calendar', models.CharField(blank=True, max_length=64)),
                ('revision', models.IntegerField(default=0)),
                ('type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issuetype')),
            ],
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('first_response', '首次响应'), ('next_response', '后续响应'), ('resolution', '解决'), ('department', '部门办理'), ('approval', '审批')], max_length=16)),
                ('cycle', models.SmallIntegerField(default=1)),
                ('calendar', models.CharField(max_length=64)),
                ('target', models.IntegerField()),
                ('started_at', models.DateTimeField()),
                ('pauses', models.JSONField(default=list)),
                ('earlier', models.JSONField(default=list)),
                ('due_at', models.DateTimeField()),
                ('provisional', models.BooleanField(default=False)),
                ('breached_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('verdict', models.CharField(blank=True, choices=[('met', '按时'), ('breached', '超时'), ('void', '不计')], max_length=8)),
                ('next_alarm_at', models.DateTimeField(null=True)),
                ('alarms_done', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                ('calendar_version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calendars.calendarversion')),
                ('department', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('issue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='issues.issue')),
                ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.clockpolicy')),
            ],
            options={
                'indexes': [models.Index(fields=['issue', 'id'], name='clock_of_issue'), models.Index(condition=models.Q(('next_alarm_at__isnull', False)), fields=['next_alarm_at'], name='clock_alarm'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['calendar', 'id'], name='clock_calendar'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['policy'], name='clock_policy')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('issue', 'kind', 'department'), name='clock_open_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('verdict', '')), models.Q(('ended_at__isnull', False), models.Q(('verdict', ''), _negated=True)), _connector='OR'), name='clock_verdict_at_end')],
            },
        ),
        migrations.RunSQL(STAMP, "DROP TRIGGER issues_clockpolicy_stamp ON issues_clockpolicy"),
    ]

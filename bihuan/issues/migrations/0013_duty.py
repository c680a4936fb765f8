"""Who is responsible: receipts, returns, arbitration, assignment; a change of its settings renews their stamp."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WATCHED = ("issues_responsibilityrule", "issues_assignmentrule", "issues_skill")


def stamp(table):
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION core_renew_stamp('issue_duty')",
        f"DROP TRIGGER {table}_stamp ON {table}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_signing_in'),
        ('core', '0003_stamps'),
        ('flows', '0006_suspension'),
        ('issues', '0012_approvals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Arbitration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('text', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='AssignmentRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=64)),
                ('method', models.CharField(choices=[('claim', '认领'), ('hand', '手工'), ('turn', '轮流'), ('load', '按负荷'), ('skill', '按技能')], default='claim', max_length=8)),
                ('capacity', models.SmallIntegerField(default=0)),
                ('in_hours', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seconds', models.IntegerField()),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('old_due', models.DateTimeField()),
                ('new_due', models.DateTimeField(null=True)),
                ('verdict', models.CharField(blank=True, max_length=16)),
                ('answer', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Orphan',
            fields=[
                ('issue', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='issues.issue')),
                ('found_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product', models.CharField(blank=True, max_length=100)),
                ('level', models.SmallIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='StepReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('signed_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('alarmed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='StepReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', models.CharField(max_length=100)),
                ('code', models.CharField(max_length=32)),
                ('text', models.TextField(blank=True)),
                ('given_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('seconds', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Supervision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('demand', models.TextField()),
                ('due_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('alarmed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SupportRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('blocking', models.BooleanField(default=False)),
                ('due_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
                ('outcome', models.CharField(blank=True, max_length=16)),
                ('ended_at', models.DateTimeField(null=True)),
                ('alarmed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Suspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32)),
                ('reason', models.TextField(blank=True)),
                ('until', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TaskForce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('members', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Urge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(blank=True, max_length=500)),
                ('told', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='responsibilityrule',
            name='responsibility_once',
        ),
        migrations.AddField(
            model_name='issue',
            name='open_demands',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='issue',
            name='recused',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name='responsibilityrule',
            name='product',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddConstraint(
            model_name='responsibilityrule',
            constraint=models.UniqueConstraint(fields=('type', 'region', 'product'), name='responsibility_once', nulls_distinct=False),
        ),
        migrations.AddField(
            model_name='arbitration',
            name='asked_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='arbitration',
            name='decided_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='arbitration',
            name='decision',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='arbitration',
            name='department',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='arbitration',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='arbitrations', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='arbitration',
            name='work_item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='flows.workitem'),
        ),
        migrations.CreateModel(
            name='AssignmentTurn',
            fields=[
                ('rule', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='issues.assignmentrule')),
                ('last', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='assignmentrule',
            name='department',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='extension',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='decided_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='department',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='extension',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='extension',
            name='work_item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='flows.workitem'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recusal',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='recusals', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='skill',
            name='type',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issuetype'),
        ),
        migrations.AddField(
            model_name='skill',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stepreceipt',
            name='department',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='stepreceipt',
            name='given_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stepreceipt',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='stepreceipt',
            name='signed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stepreceipt',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stepreceipt',
            name='work_item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='flows.workitem'),
        ),
        migrations.AddField(
            model_name='stepreturn',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stepreturn',
            name='department',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='stepreturn',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='returns', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='stepreturn',
            name='to',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stepreturn',
            name='work_item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='flows.workitem'),
        ),
        migrations.AddField(
            model_name='supervision',
            name='answered_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supervision',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supervision',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='supervisions', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='asked_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='department',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='ended_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='support_requests', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='signed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suspension',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suspension',
            name='ended_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suspension',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='suspensions', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='taskforce',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='taskforce',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='task_forces', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='taskforce',
            name='leader',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='urge',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='urge',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='urges', to='issues.issue'),
        ),
        migrations.AddIndex(
            model_name='arbitration',
            index=models.Index(fields=['issue', 'id'], name='arbitration_of_issue'),
        ),
        migrations.AddIndex(
            model_name='arbitration',
            index=models.Index(condition=models.Q(('decided_at', None)), fields=['id'], name='arbitration_waiting'),
        ),
        migrations.AddConstraint(
            model_name='arbitration',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('issue',), name='arbitration_open_once'),
        ),
        migrations.AddConstraint(
            model_name='assignmentrule',
            constraint=models.UniqueConstraint(fields=('role', 'department'), name='assignment_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='extension',
            index=models.Index(fields=['issue', 'id'], name='extension_of_issue'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('verdict', '')), fields=('work_item',), name='extension_open_once'),
        ),
        migrations.AddConstraint(
            model_name='recusal',
            constraint=models.UniqueConstraint(fields=('issue', 'user'), name='recusal_once'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.UniqueConstraint(fields=('user', 'type', 'product'), name='skill_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='stepreceipt',
            index=models.Index(fields=['work_item', 'id'], name='receipt_of_step'),
        ),
        migrations.AddIndex(
            model_name='stepreceipt',
            index=models.Index(fields=['issue', 'id'], name='receipt_of_issue'),
        ),
        migrations.AddIndex(
            model_name='stepreceipt',
            index=models.Index(fields=['department', 'given_at'], name='receipt_department'),
        ),
        migrations.AddIndex(
            model_name='stepreceipt',
            index=models.Index(condition=models.Q(('alarmed_at', None), ('closed_at', None), ('due_at__isnull', False), ('signed_at', None)), fields=['due_at'], name='receipt_due'),
        ),
        migrations.AddConstraint(
            model_name='stepreceipt',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None), ('signed_at', None)), fields=('work_item',), name='receipt_open_once'),
        ),
        migrations.AddIndex(
            model_name='stepreturn',
            index=models.Index(fields=['issue', 'id'], name='return_of_issue'),
        ),
        migrations.AddIndex(
            model_name='stepreturn',
            index=models.Index(fields=['department', 'at'], name='return_of_department'),
        ),
        migrations.AddIndex(
            model_name='supervision',
            index=models.Index(fields=['issue', 'id'], name='supervision_of_issue'),
        ),
        migrations.AddIndex(
            model_name='supervision',
            index=models.Index(condition=models.Q(('answered_at', None)), fields=['issue'], name='supervision_open'),
        ),
        migrations.AddIndex(
            model_name='supervision',
            index=models.Index(condition=models.Q(('alarmed_at', None), ('answered_at', None)), fields=['due_at'], name='supervision_late'),
        ),
        migrations.AddIndex(
            model_name='supportrequest',
            index=models.Index(fields=['issue', 'id'], name='support_of_issue'),
        ),
        migrations.AddIndex(
            model_name='supportrequest',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['department', 'due_at', 'id'], name='support_open'),
        ),
        migrations.AddIndex(
            model_name='supportrequest',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['signed_by'], name='support_signed'),
        ),
        migrations.AddIndex(
            model_name='supportrequest',
            index=models.Index(condition=models.Q(('alarmed_at', None), ('due_at__isnull', False), ('ended_at', None)), fields=['due_at'], name='support_late'),
        ),
        migrations.AddIndex(
            model_name='suspension',
            index=models.Index(fields=['issue', 'id'], name='suspension_of_issue'),
        ),
        migrations.AddIndex(
            model_name='suspension',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['until'], name='suspension_due'),
        ),
        migrations.AddConstraint(
            model_name='suspension',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('issue',), name='suspension_open_once'),
        ),
        migrations.AddIndex(
            model_name='taskforce',
            index=models.Index(fields=['issue', 'id'], name='task_force_of_issue'),
        ),
        migrations.AddConstraint(
            model_name='taskforce',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('issue',), name='task_force_once'),
        ),
        migrations.AddIndex(
            model_name='urge',
            index=models.Index(fields=['issue', '-at'], name='urge_of_issue'),
        ),
        *map(stamp, WATCHED),
    ]

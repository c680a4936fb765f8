"""Tags, tasks, watching, snoozing, canned replies; what is shipped of them, and the stamp that their change renews."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WATCHED = ("issues_tag", "issues_tasklist", "issues_cannedreply")
CANNED = (
    ("已收到", "Received", "受理", "{{客户称呼}}，您好：您反映的情况（编号 {{编号}}）我们已经收到，正在处理，有进展会第一时间告诉您。",
     "Dear {{customer}}, we have received what you told us (number {{number}}) and are working on it. You will hear from us as soon as there is news."),
    ("请补充", "Please add", "受理", "{{客户称呼}}，您好：为了尽快定位问题，请补充：发生的时间、涉及的设备或订单号、现场截图。",
     "Dear {{customer}}, to find the cause quickly we need: when it happened, the device or order number, a screenshot."),
    ("请确认", "Please confirm", "办结", "{{客户称呼}}，您好：“{{标题}}”已处理完成，请您确认是否解决；如有疑问请直接回复。",
     "Dear {{customer}}, “{{title}}” is done. Please tell us whether it is solved; if anything is open, simply reply."),
)
CLEAR = (
    ("听清楚：客户原话已记下", True), ("问清楚：时间、地点、产品、经过", True), ("跟清楚：谁在办、办到哪一步", False),
    ("复清楚：结果已告知客户", True), ("记清楚：记录齐全，可供查证", False),
)


def stamp(table):
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION core_renew_stamp('issue_kit')",
        f"DROP TRIGGER {table}_stamp ON {table}",
    )


def ship(apps, schema_editor):
    replies = apps.get_model("issues", "CannedReply")
    for position, (name, name_en, folder, text, text_en) in enumerate(CANNED):
        replies.objects.create(
            name=name, name_en=name_en, folder=folder, text=text, text_en=text_en, position=position
        )
    items = [{"text": text, "evidence": evidence} for text, evidence in CLEAR]
    apps.get_model("issues", "TaskList").objects.create(
        name="投诉五清楚", name_en="Complaint: five things clear",
        tasks=[{"title": "投诉五清楚", "blocking": True, "hours": 16, "items": items}],
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_signing_in'),
        ('customers', '0005_reveals'),
        ('flows', '0006_suspension'),
        ('core', '0003_stamps'),
        ('issues', '0010_merging'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CannedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('name_en', models.CharField(blank=True, max_length=60)),
                ('folder', models.CharField(blank=True, max_length=40)),
                ('text', models.TextField()),
                ('text_en', models.TextField(blank=True)),
                ('actions', models.JSONField(default=list)),
                ('position', models.IntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Snooze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(null=True)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('name_en', models.CharField(blank=True, max_length=40)),
                ('colour', models.CharField(choices=[('blue', '蓝'), ('cyan', '青'), ('green', '绿'), ('gold', '金'), ('orange', '橙'), ('red', '红'), ('purple', '紫'), ('grey', '灰')], default='blue', max_length=8)),
                ('is_active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('position', models.IntegerField(default=0)),
                ('blocking', models.BooleanField(default=False)),
                ('due_at', models.DateTimeField(null=True)),
                ('items', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('dropped', models.BooleanField(default=False)),
                ('alarmed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TaskList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('name_en', models.CharField(blank=True, max_length=100)),
                ('node', models.CharField(blank=True, max_length=100)),
                ('tasks', models.JSONField(default=list)),
                ('is_active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), default=list, size=None)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='issue',
            name='open_tasks',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='issue',
            name='tags',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name='issue',
            name='watchers',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=django.contrib.postgres.indexes.GinIndex(fields=['tags'], name='issue_tags'),
        ),
        migrations.AddField(
            model_name='cannedreply',
            name='department',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='cannedreply',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='snooze',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='snooze',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(fields=('name',), name='tag_name_once'),
        ),
        migrations.AddField(
            model_name='task',
            name='department',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='task',
            name='done_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='task',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='task',
            name='made_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='task',
            name='owner',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tasklist',
            name='type',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issuetype'),
        ),
        migrations.AddField(
            model_name='task',
            name='source',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='issues.tasklist'),
        ),
        migrations.AddField(
            model_name='watch',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='watch',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='cannedreply',
            constraint=models.CheckConstraint(condition=models.Q(('owner__isnull', True), ('department__isnull', True), _connector='OR'), name='canned_reply_one_scope'),
        ),
        migrations.AddIndex(
            model_name='snooze',
            index=models.Index(fields=['user', 'issue'], name='snooze_of_person'),
        ),
        migrations.AddIndex(
            model_name='snooze',
            index=models.Index(condition=models.Q(('until__isnull', False)), fields=['until'], name='snooze_until'),
        ),
        migrations.AddConstraint(
            model_name='snooze',
            constraint=models.UniqueConstraint(fields=('issue', 'user'), name='snooze_once'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['issue', 'position', 'id'], name='task_of_issue'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['owner', 'due_at', 'id'], name='task_of_owner'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['department', 'due_at', 'id'], name='task_of_department'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('alarmed_at__isnull', True), ('done_at__isnull', True), ('due_at__isnull', False)), fields=['due_at'], name='task_late'),
        ),
        migrations.AddIndex(
            model_name='watch',
            index=models.Index(fields=['user', 'issue'], name='watch_of_person'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(fields=('issue', 'user'), name='watch_once'),
        ),
        *(stamp(table) for table in WATCHED),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]

"""Merges, links, pairs that are not the same; where an entry was written to; what a merged issue brings to a clock."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issues', '0009_scale'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IssueMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('foreign', models.BooleanField(default=False)),
                ('promises', models.JSONField(default=dict)),
                ('brought', models.JSONField(default=dict)),
                ('promised_at', models.DateTimeField(null=True)),
                ('promised_before', models.DateTimeField(null=True)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('related', '相关'), ('child_of', '子问题'), ('caused_by', '起因'), ('follows', '接续'), ('duplicates', '重复'), ('split_from', '拆分')], max_length=16)),
                ('by_name', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='NotDuplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='clock',
            name='own_start',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='clock',
            name='shortened',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='entry',
            name='origin',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('origin__isnull', False)), fields=['origin', 'id'], name='entry_origin'),
        ),
        migrations.AddField(
            model_name='issuemerge',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='issuemerge',
            name='merged',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='issuemerge',
            name='survivor',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='issuemerge',
            name='undone_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='link',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='link',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='link',
            name='target',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='notduplicate',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notduplicate',
            name='one',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue'),
        ),
        migrations.AddField(
            model_name='notduplicate',
            name='other',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue'),
        ),
        migrations.AddIndex(
            model_name='issuemerge',
            index=models.Index(condition=models.Q(('undone_at__isnull', True)), fields=['survivor'], name='merge_survivor'),
        ),
        migrations.AddIndex(
            model_name='issuemerge',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('undone_at__isnull', True)), fields=['id'], name='merge_running'),
        ),
        migrations.AddConstraint(
            model_name='issuemerge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('merged',), name='issue_merged_once'),
        ),
        migrations.AddConstraint(
            model_name='issuemerge',
            constraint=models.CheckConstraint(condition=models.Q(('survivor', models.F('merged')), _negated=True), name='merge_of_two'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('source', 'target', 'kind'), name='link_once'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'child_of')), fields=('source',), name='link_one_parent'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='link_of_two'),
        ),
        migrations.AddConstraint(
            model_name='notduplicate',
            constraint=models.UniqueConstraint(fields=('one', 'other'), name='not_duplicate_once'),
        ),
        migrations.AddConstraint(
            model_name='notduplicate',
            constraint=models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='not_duplicate_in_order'),
        ),
    ]

"""Conversations with third parties: their lines are entries of the timeline."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issues', '0017_recurring'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='entry',
            name='kind',
            field=models.CharField(choices=[('inbound', '客户来信'), ('reply', '回复客户'), ('auto', '自动回复'), ('note', '内部备注'), ('call', '电话记录'), ('forward', '转给第三方'), ('answer', '第三方答复'), ('event', '系统事件')], max_length=16),
        ),
        migrations.CreateModel(
            name='ThirdPartyThread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=200)),
                ('address', models.CharField(max_length=254)),
                ('subject', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('awaits', models.BooleanField(default=True)),
                ('issue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue')),
                ('opened_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='entry',
            name='third_party',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="entries", to='issues.thirdpartythread'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('third_party__isnull', False)), fields=['third_party', 'id'], name='entry_third_party'),
        ),
        migrations.AddIndex(
            model_name='thirdpartythread',
            index=models.Index(fields=['issue', 'id'], name='third_party_of_issue'),
        ),
    ]

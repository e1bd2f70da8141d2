"""Webhooks: two secrets while one is changed, one call at a time; whom it concerns is told when one is disabled."""

import django.contrib.postgres.operations
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0013_event_subject'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_kind',
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_is_about',
        ),
        migrations.AddField(
            model_name='notice',
            name='webhook',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.webhook'),
        ),
        migrations.AddField(
            model_name='webhook',
            name='busy_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='webhook',
            name='old_secret',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='webhook',
            name='old_secret_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('mentioned', 'You were mentioned'), ('assigned', 'You were made responsible'), ('batch', 'Several of your items were changed'), ('webhook', 'Your webhook was disabled')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(models.F('webhook'), models.F('due_at'), models.F('id'), condition=models.Q(('state__in', ('planned', 'sending'))), name='call_next'),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(models.F('finished_at'), condition=models.Q(('finished_at__isnull', False)), name='call_done'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['mentioned', 'assigned', 'batch', 'webhook'])), name='notice_kind'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('batch__isnull', False), ('kind', 'batch')), models.Q(('kind', 'webhook'), ('webhook__isnull', False)), models.Q(models.Q(('kind__in', ('batch', 'webhook')), _negated=True), ('recommendation__isnull', False)), _connector='OR'), name='notice_is_about'),
        ),
    ]

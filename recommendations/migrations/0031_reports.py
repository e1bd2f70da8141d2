"""Frozen publications: kept once, with the hash of their bytes; the database refuses to change or delete one."""

import uuid

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

FREEZE = """
ALTER TABLE recommendations_report ADD CONSTRAINT report_sha256
    CHECK (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'));
CREATE TRIGGER relations_protect BEFORE UPDATE OR DELETE ON recommendations_report
    FOR EACH ROW EXECUTE FUNCTION relations_refuse_change();
"""
BACK = """
DROP TRIGGER relations_protect ON recommendations_report;
ALTER TABLE recommendations_report DROP CONSTRAINT report_sha256;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0030_series'),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('title_en', models.CharField(max_length=300, verbose_name='title in English')),
                ('title_ru', models.CharField(blank=True, default='', max_length=300, verbose_name='title in Russian')),
                ('as_of', models.DateTimeField(verbose_name='as of')),
                ('published_at', models.DateTimeField(verbose_name='published')),
                ('content', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'publication',
                'verbose_name_plural': 'publications',
            },
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_subject',
        ),
        migrations.AlterField(
            model_name='event',
            name='subject',
            field=models.CharField(choices=[('recommendation', 'Recommendation'), ('source', 'Source'), ('organization', 'Organization'), ('theme', 'Theme'), ('person', 'Person'), ('indicator', 'Indicator'), ('subscription', 'Subscription'), ('token', 'Token'), ('batch', 'Batch'), ('import', 'Import'), ('saved_view', 'Saved view'), ('calendar', 'Calendar'), ('webhook', 'Webhook'), ('suppression', 'Suppressed address'), ('report', 'Publication')], max_length=16),
        ),
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('registered', 'registered'), ('amended', 'amended'), ('withdrawn', 'withdrawn'), ('restored', 'restored'), ('split', 'split into parts'), ('merged', 'merged with another one'), ('computed', 'status computed from the parts'), ('assessed', 'status updated'), ('assessment_retracted', 'status update retracted'), ('responded', 'response recorded'), ('evidence_attached', 'evidence attached'), ('evidence_amended', 'evidence amended'), ('evidence_retracted', 'evidence retracted'), ('link_lost', 'evidence lost: its link leads nowhere'), ('link_found', 'evidence found again'), ('milestone_set', 'milestone set'), ('milestone_amended', 'milestone amended'), ('milestone_finished', 'milestone finished'), ('milestone_cancelled', 'milestone cancelled'), ('assigned', 'owner assigned'), ('assignment_amended', 'owner amended'), ('released', 'owner released'), ('disowned', 'said not to be theirs'), ('commented', 'commented'), ('comment_retracted', 'comment taken back'), ('followed', 'followed'), ('unfollowed', 'no longer followed'), ('disposed', 'reason for not tracking stated'), ('read_in', 'text read in'), ('observed', 'value recorded'), ('subscribed', 'digest subscribed'), ('confirmed', 'address confirmed'), ('unsubscribed', 'digest unsubscribed'), ('sent_again', 'digest sent again'), ('suppressed', 'address suppressed'), ('lifted', 'address gets mail again'), ('issued', 'token issued'), ('revoked', 'token revoked'), ('done_to_many', 'done to many at once'), ('undone', 'undone'), ('imported', 'table imported'), ('saved', 'view saved'), ('removed', 'removed'), ('disabled', 'disabled after repeated failure'), ('published', 'published')], max_length=24),
        ),
        AddConstraintNotValid(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('subject__in', ['recommendation', 'source', 'organization', 'theme', 'person', 'indicator', 'subscription', 'token', 'batch', 'import', 'saved_view', 'calendar', 'webhook', 'suppression', 'report'])), name='event_subject'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(models.F('name'), models.OrderBy(models.F('published_at'), descending=True), name='report_by_name'),
        ),
        migrations.RunSQL(FREEZE, BACK),
    ]

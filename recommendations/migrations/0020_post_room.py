"""The post room in full: digests for visitors and about saved views, notices by mail, answers, bounces, suppressions, paces."""

import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0019_assignment_amended'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hard', 'Cannot be delivered'), ('soft', 'Could not be delivered for now'), ('complaint', 'Reported as unwanted')], max_length=10)),
                ('status', models.CharField(blank=True, default='', max_length=16)),
                ('diagnostic', models.CharField(blank=True, default='', max_length=300)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'bounce',
                'verbose_name_plural': 'bounces',
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='MailDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255, unique=True)),
                ('free_at', models.DateTimeField()),
                ('held_until', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'verbose_name': 'mail domain',
                'verbose_name_plural': 'mail domains',
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('on_track', 'Still on track'), ('changed', 'Something changed'), ('blocked', 'Blocked'), ('not_mine', 'Not mine')], max_length=10)),
                ('answered_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'answer by mail',
                'verbose_name_plural': 'answers by mail',
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('email', models.CharField(max_length=254, verbose_name='e-mail address')),
                ('reason', models.CharField(choices=[('refused', 'Its server refused the last ones for good'), ('bounced', 'Mail to it came back'), ('complained', 'Its reader reported our mail as unwanted'), ('by_hand', 'An administrator decided so')], max_length=12, verbose_name='reason')),
                ('detail', models.CharField(blank=True, default='', max_length=300, verbose_name='what was said')),
                ('since', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'suppressed address',
                'verbose_name_plural': 'suppressed addresses',
                'ordering': ('-id',),
            },
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_subject',
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_kind',
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_is_about',
        ),
        migrations.RemoveConstraint(
            model_name='subscription',
            name='subscription_cadence',
        ),
        migrations.RemoveConstraint(
            model_name='subscription',
            name='subscription_scope',
        ),
        migrations.AddField(
            model_name='delivery',
            name='slot_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='subscription',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.subscription'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='answers_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='email',
            field=models.EmailField(blank=True, db_default='', default='', max_length=254, verbose_name='e-mail address'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='saved_view',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='subscriptions', to='recommendations.savedview'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='time_zone',
            field=models.CharField(blank=True, db_default='', default='', max_length=64, verbose_name='time zone'),
        ),
        migrations.AlterField(
            model_name='event',
            name='subject',
            field=models.CharField(choices=[('recommendation', 'Recommendation'), ('source', 'Source'), ('organization', 'Organization'), ('theme', 'Theme'), ('person', 'Person'), ('indicator', 'Indicator'), ('subscription', 'Subscription'), ('token', 'Token'), ('batch', 'Batch'), ('import', 'Import'), ('saved_view', 'Saved view'), ('calendar', 'Calendar'), ('webhook', 'Webhook'), ('suppression', 'Suppressed address')], max_length=16),
        ),
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('registered', 'registered'), ('amended', 'amended'), ('withdrawn', 'withdrawn'), ('restored', 'restored'), ('split', 'split into parts'), ('merged', 'merged with another one'), ('computed', 'status computed from the parts'), ('assessed', 'status updated'), ('assessment_retracted', 'status update retracted'), ('responded', 'response recorded'), ('evidence_attached', 'evidence attached'), ('evidence_amended', 'evidence amended'), ('evidence_retracted', 'evidence retracted'), ('link_lost', 'evidence lost: its link leads nowhere'), ('link_found', 'evidence found again'), ('milestone_set', 'milestone set'), ('milestone_amended', 'milestone amended'), ('milestone_finished', 'milestone finished'), ('milestone_cancelled', 'milestone cancelled'), ('assigned', 'owner assigned'), ('assignment_amended', 'owner amended'), ('released', 'owner released'), ('disowned', 'said not to be theirs'), ('commented', 'commented'), ('comment_retracted', 'comment taken back'), ('followed', 'followed'), ('unfollowed', 'no longer followed'), ('disposed', 'reason for not tracking stated'), ('read_in', 'text read in'), ('observed', 'value recorded'), ('subscribed', 'digest subscribed'), ('confirmed', 'address confirmed'), ('unsubscribed', 'digest unsubscribed'), ('sent_again', 'digest sent again'), ('suppressed', 'address suppressed'), ('lifted', 'address gets mail again'), ('issued', 'token issued'), ('revoked', 'token revoked'), ('done_to_many', 'done to many at once'), ('undone', 'undone'), ('imported', 'table imported'), ('saved', 'view saved'), ('removed', 'removed'), ('disabled', 'disabled after repeated failure')], max_length=24),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('mentioned', 'You were mentioned'), ('assigned', 'You were made responsible'), ('batch', 'Several of your items were changed'), ('import', 'Your items were changed by an import'), ('webhook', 'Your webhook was disabled'), ('disowned', 'An owner says that it is not theirs'), ('digest', 'You get a digest from now on')], max_length=12),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='cadence',
            field=models.CharField(choices=[('hourly', 'At most hourly'), ('daily', 'Daily'), ('weekly', 'Weekly'), ('monthly', 'Monthly')], default='weekly', max_length=8, verbose_name='how often'),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='scope',
            field=models.CharField(choices=[('everything', 'Everything I may see'), ('owned', 'What I am responsible for'), ('followed', 'What I follow'), ('theme', 'A theme'), ('source', 'A source'), ('organization', 'An organization'), ('saved_view', 'A saved view'), ('notices', 'What concerns me personally, at most hourly')], default='everything', max_length=12, verbose_name='about'),
        ),
        AddConstraintNotValid(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('subject__in', ['recommendation', 'source', 'organization', 'theme', 'person', 'indicator', 'subscription', 'token', 'batch', 'import', 'saved_view', 'calendar', 'webhook', 'suppression'])), name='event_subject'),
        ),
        AddConstraintNotValid(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['mentioned', 'assigned', 'batch', 'import', 'webhook', 'disowned', 'digest'])), name='notice_kind'),
        ),
        AddConstraintNotValid(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('batch__isnull', False), ('kind', 'batch')), models.Q(('importing__isnull', False), ('kind', 'import')), models.Q(('kind', 'webhook'), ('webhook__isnull', False)), models.Q(('kind', 'digest'), ('subscription__isnull', False)), models.Q(models.Q(('kind__in', ['batch', 'import', 'webhook', 'digest']), _negated=True), ('recommendation__isnull', False)), _connector='OR'), name='notice_is_about'),
        ),
        AddConstraintNotValid(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('cadence__in', ['hourly', 'daily', 'weekly', 'monthly'])), name='subscription_cadence'),
        ),
        AddConstraintNotValid(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organization', None), ('saved_view', None), ('scope__in', ('everything', 'owned', 'followed', 'notices')), ('source', None), ('theme', None)), models.Q(('ended_at__isnull', False), ('organization', None), ('saved_view', None), ('scope', 'saved_view'), ('source', None), ('theme', None)), models.Q(('organization', None), ('saved_view', None), ('scope', 'theme'), ('source', None), ('theme__isnull', False)), models.Q(('organization', None), ('saved_view', None), ('scope', 'source'), ('source__isnull', False), ('theme', None)), models.Q(('organization__isnull', False), ('saved_view', None), ('scope', 'organization'), ('source', None), ('theme', None)), models.Q(('organization', None), ('saved_view__isnull', False), ('scope', 'saved_view'), ('source', None), ('theme', None)), _connector='OR'), name='subscription_scope'),
        ),
        AddConstraintNotValid(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cadence', 'hourly'), ('scope', 'notices')), models.Q(models.Q(('cadence', 'hourly'), _negated=True), models.Q(('scope', 'notices'), _negated=True)), _connector='OR'), name='subscription_hourly'),
        ),
        AddConstraintNotValid(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('email', ''), ('person__isnull', False), ('time_zone', '')), models.Q(('person', None), models.Q(('email', ''), _negated=True), models.Q(('time_zone', ''), _negated=True)), models.Q(('email', ''), ('ended_at__isnull', False), ('person', None)), _connector='OR'), name='subscription_reader'),
        ),
        migrations.AddField(
            model_name='bounce',
            name='delivery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bounces', to='recommendations.delivery'),
        ),
        migrations.AddField(
            model_name='reply',
            name='assessment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.assessment'),
        ),
        migrations.AddField(
            model_name='reply',
            name='delivery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='recommendations.delivery'),
        ),
        migrations.AddField(
            model_name='reply',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reply',
            name='recommendation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='recommendations.recommendation'),
        ),
        migrations.AddField(
            model_name='suppression',
            name='lifted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='bounce',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['hard', 'soft', 'complaint'])), name='bounce_kind'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assessment', None), ('kind', 'not_mine')), models.Q(('kind__in', ('on_track', 'changed', 'blocked')), ('assessment__isnull', False)), _connector='OR'), name='reply_makes_an_assessment'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.UniqueConstraint(fields=('delivery', 'recommendation'), name='reply_once'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['refused', 'bounced', 'complained', 'by_hand'])), name='suppression_reason'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('lifted_at', None)), name='suppression_stands_once'),
        ),
    ]

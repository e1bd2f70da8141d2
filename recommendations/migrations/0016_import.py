"""Imports: a chain's writer holds its item and no lock of its own, notices of imports, and what was asked for.

An act that writes events of 50,000 items would need as many advisory locks, which the database keeps in memory that
has an end; a lock on a row costs none. Who writes an event of an item holds that row anyhow, or takes it here.
"""

import django.contrib.postgres.operations
import django.db.models.deletion
from django.db import migrations, models

CHAIN = """
CREATE OR REPLACE FUNCTION relations_chain_event() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last record;
BEGIN
    -- one writer at a time per chain; different chains do not wait for each other
    {lock}
    SELECT e.sequence, e.hash, e.recorded_at, e.xmin AS kept INTO last FROM public.recommendations_event e
        WHERE e.subject = NEW.subject AND e.subject_key = NEW.subject_key ORDER BY e.sequence DESC LIMIT 1;
    IF NEW.id <= (SELECT h.last_event FROM public.recommendations_head h ORDER BY h.day DESC LIMIT 1) THEN
        RAISE EXCEPTION 'history is append-only: an event before a published head is refused' USING ERRCODE = 'RE001';
    END IF;
    -- Whoever waited for another act comes after it, also when their clock was read before.
    IF last.recorded_at >= NEW.recorded_at THEN
        NEW.recorded_at := last.recorded_at
            + CASE WHEN public.relations_is_ours(last.kept) THEN interval '0' ELSE interval '1 microsecond' END;
    END IF;
    NEW.sequence := coalesce(last.sequence, 0) + 1;
    NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
    NEW.hash := public.relations_event_hash(NEW);
    RETURN NEW;
END $$;
"""
ADVISORY = "PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject || ':' || NEW.subject_key, 7365002));"
ROW = f"""IF NEW.subject = 'recommendation' THEN
        PERFORM FROM public.recommendations_recommendation r WHERE r.id = NEW.recommendation_id FOR NO KEY UPDATE;
    ELSE
        {ADVISORY}
    END IF;"""
KINDS = ["mentioned", "assigned", "batch", "import", "webhook"]


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0015_hooks_checked")]

    operations = [
        migrations.RunSQL(CHAIN.format(lock=ROW), CHAIN.format(lock=ADVISORY)),
        migrations.AddField(
            model_name="import",
            name="only_good",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="notice",
            name="importing",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="recommendations.import",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mentioned", "You were mentioned"),
                    ("assigned", "You were made responsible"),
                    ("batch", "Several of your items were changed"),
                    ("import", "Your items were changed by an import"),
                    ("webhook", "Your webhook was disabled"),
                ],
                max_length=12,
            ),
        ),
        migrations.RemoveConstraint(model_name="notice", name="notice_kind"),
        migrations.RemoveConstraint(model_name="notice", name="notice_is_about"),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="notice",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="notice_kind"),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("batch__isnull", False), ("kind", "batch")),
                    models.Q(("importing__isnull", False), ("kind", "import")),
                    models.Q(("kind", "webhook"), ("webhook__isnull", False)),
                    models.Q(
                        models.Q(("kind__in", ["batch", "import", "webhook"]), _negated=True),
                        ("recommendation__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="notice_is_about",
            ),
        ),
    ]

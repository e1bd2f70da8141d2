"""What a look back over time counts (models/series.py) is read from an index alone, and not from all that versions say."""

from django.db import migrations

ADD = """
CREATE INDEX CONCURRENTLY recommendation_past_by_end ON history.recommendations_recommendation (valid_to, valid_from)
    INCLUDE (shown, verified_status, reported_status) WHERE withdrawn_at IS NULL AND elements = 0
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("recommendations", "0029_bounces_checked")]

    operations = [migrations.RunSQL(ADD, "DROP INDEX CONCURRENTLY history.recommendation_past_by_end")]

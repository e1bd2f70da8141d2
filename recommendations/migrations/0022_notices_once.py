"""One digest of notices for each person; the index is made beside the running register."""

from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY subscription_notices_once ON recommendations_subscription (person_id)
 WHERE ended_at IS NULL AND scope = 'notices'
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("recommendations", "0021_post_room_checked")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE, "DROP INDEX CONCURRENTLY subscription_notices_once"),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="subscription",
                    constraint=models.UniqueConstraint(
                        models.F("person"),
                        condition=models.Q(ended_at=None, scope="notices"),
                        name="subscription_notices_once",
                    ),
                ),
            ],
        )
    ]

"""Letters that ask visitors to confirm an address go the way of digests."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

KINDS = [("digest", "Digest"), ("confirmation", "Letter that asks to confirm an address")]


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0022_notices_once")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="kind",
            field=models.CharField(choices=KINDS, db_default="digest", default="digest", max_length=12),
        ),
        AddConstraintNotValid(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["digest", "confirmation"])), name="delivery_kind"
            ),
        ),
    ]

"""What 0023 asks of rows holds for all; visitors' digests are found by address, beside the running register."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("recommendations", "0023_visitors")]

    operations = [
        ValidateConstraint("delivery", "delivery_kind"),
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                models.F("planned_at"), condition=models.Q(("kind", "confirmation")), name="delivery_confirmations"
            ),
        ),
        AddIndexConcurrently(
            model_name="subscription",
            index=models.Index(
                Upper("email"),
                condition=models.Q(("person", None), models.Q(("email", ""), _negated=True)),
                name="subscription_of_visitors",
            ),
        ),
    ]

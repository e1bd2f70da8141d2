"""Notices that wait for a mail, and those of one, are found by indexes made beside the running register."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("recommendations", "0026_wishes")]

    operations = [
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(
                models.F("person"),
                condition=models.Q(("delivery", None), ("seen_at", None)),
                name="notice_to_mail",
            ),
        ),
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(
                models.F("delivery"), condition=models.Q(("delivery__isnull", False)), name="notice_of_delivery"
            ),
        ),
    ]

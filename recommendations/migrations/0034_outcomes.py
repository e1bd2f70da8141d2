"""Senders that did not come back are counted by themselves; the books are counted from an index, made beside the running register."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("recommendations", "0033_figures")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="stranded",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                fields=["planned_at"],
                include=("state", "due_at", "lease_until", "slot_at"),
                name="delivery_books",
            ),
        ),
    ]

"""Statistics are counted from an index alone, made beside the running register."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

FIGURES = ("id", "elements", "status", "reported_status", "verified_status", "answer", "target_on", "assessed_on")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("recommendations", "0032_reports_checked")]

    operations = [
        AddIndexConcurrently(
            model_name="recommendation",
            index=models.Index(
                fields=["visibility", "source"],
                condition=models.Q(("withdrawn_at__isnull", True)),
                include=FIGURES,
                name="recommendation_figures",
            ),
        ),
    ]

"""The widened list of subjects holds for what stands in history too; checked apart, so that nobody waits for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0031_reports")]

    operations = [ValidateConstraint("event", "event_subject")]

"""What 0030 asks of rows holds for all."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0028_bounces_delayed")]

    operations = [ValidateConstraint("bounce", "bounce_kind")]

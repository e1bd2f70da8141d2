"""The rules for notices hold for those that stand too; checked apart, so that nobody waits for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0014_hooks")]

    operations = [ValidateConstraint("notice", "notice_kind"), ValidateConstraint("notice", "notice_is_about")]

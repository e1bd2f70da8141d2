"""What 0020 asks of rows holds for those that stood before too; checked apart, so that nobody waits for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0020_post_room")]

    operations = [
        ValidateConstraint("event", "event_subject"),
        ValidateConstraint("notice", "notice_kind"),
        ValidateConstraint("notice", "notice_is_about"),
        ValidateConstraint("subscription", "subscription_cadence"),
        ValidateConstraint("subscription", "subscription_scope"),
        ValidateConstraint("subscription", "subscription_hourly"),
        ValidateConstraint("subscription", "subscription_reader"),
    ]

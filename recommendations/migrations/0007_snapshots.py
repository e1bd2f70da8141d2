"""A source may go back to a former text: the same bytes can be read in again after others."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0006_heard_at")]

    operations = [migrations.RemoveConstraint(model_name="snapshot", name="snapshot_once")]

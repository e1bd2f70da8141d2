"""A bounce may say that a mail server is still trying."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

KINDS = [
    ("hard", "Cannot be delivered"),
    ("soft", "Could not be delivered for now"),
    ("delayed", "Still being tried"),
    ("complaint", "Reported as unwanted"),
]


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0027_wishes_found")]

    operations = [
        migrations.RemoveConstraint(model_name="bounce", name="bounce_kind"),
        migrations.AlterField(
            model_name="bounce", name="kind", field=models.CharField(choices=KINDS, max_length=10)
        ),
        AddConstraintNotValid(
            model_name="bounce",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="bounce_kind"
            ),
        ),
    ]

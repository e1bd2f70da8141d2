"""A notice knows the one mail that it is in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0025_answers")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="delivery",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="recommendations.delivery",
            ),
        ),
    ]

"""Answers by link: why an item is not somebody's, and the notice that tells stewards so."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0024_visitors_found")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="reply",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="recommendations.reply",
            ),
        ),
        migrations.AddField(
            model_name="reply", name="note", field=models.TextField(blank=True, db_default="", default="")
        ),
    ]

"""Letters that ask to confirm an address are counted by mailbox, of which a fingerprint is known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0034_outcomes")]

    operations = [
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mailbox", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("is_confirmed", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "letter that asked a mailbox",
                "verbose_name_plural": "letters that asked a mailbox",
                "indexes": [models.Index(fields=["mailbox", "asked_at"], name="asking_of_mailbox")],
            },
        ),
    ]

"""What was answered to a write that may be sent a second time."""

from __future__ import annotations

from django.db import models


class IdempotencyKey(models.Model):
    """One write under an `Idempotency-Key`: what was asked, and the answer, which is given again.

    `key_sha256` and `request_sha256` are hashes, `body` is sealed with the key itself (actions/sealing.py), for it may
    hold what is shown only once.
    """

    person = models.ForeignKey("recommendations.Person", models.CASCADE, related_name="+")
    key_sha256 = models.CharField(max_length=64)
    request_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    objects: models.Manager[IdempotencyKey]

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "key_sha256"), name="idempotency_key_once"),)
        indexes = (models.Index("made_at", name="idempotency_key_by_time"),)

    def __str__(self) -> str:
        return f"{self.status} {self.made_at:%Y-%m-%d}"

"""What people say to each other about a recommendation."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class CommentQuerySet(models.QuerySet["Comment"]):
    """Chainable questions about comments."""

    def standing(self) -> CommentQuerySet:
        """Keep what was not taken back."""
        return self.filter(retracted_at__isnull=True)


class Comment(models.Model):
    """A remark in Markdown by somebody who signs in, for those who sign in. Never changed, only taken back."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="comments")
    author = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="comments")
    body = models.TextField(_("comment"))
    mentioned = models.ManyToManyField("recommendations.Person", related_name="mentions")
    written_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+", null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("id",)
        constraints = (models.CheckConstraint(condition=~models.Q(body=""), name="comment_says_something"),)
        indexes = (models.Index("recommendation", "written_at", name="comment_of_item"),)

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.written_at:%Y-%m-%d}"

    @property
    def is_standing(self) -> bool:
        """Whether it was not taken back."""
        return self.retracted_at is None

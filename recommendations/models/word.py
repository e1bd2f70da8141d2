"""The words that titles and descriptions use, so that a typing error can be offered what was meant."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.rules.access import Visibility


class Word(models.Model):
    """A word as it is written somewhere, in small letters without accents, and to whom it may be offered.

    Triggers add words in the same transaction that writes the text (migration 0140), whoever writes it. None is ever taken away,
    and two acts at the same moment may add the same word twice: both do no harm, and nobody waits for anybody. So
    a word says nothing by itself: it is offered when it finds something that the reader may see.
    """

    word = models.CharField(max_length=60)
    visibility = models.CharField(max_length=8, choices=Visibility)

    objects: models.Manager[Word]

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        constraints = (
            models.CheckConstraint(condition=models.Q(visibility__in=Visibility.values), name="word_visibility"),
        )
        indexes: ClassVar[list[models.Index]] = [
            models.Index("word", "visibility", name="word_by_word"),
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="word_by_trigram"),
        ]

    def __str__(self) -> str:
        return self.word

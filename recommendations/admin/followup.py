"""What was followed up, to look at: assessments, evidence, assignments. They are made on the recommendation's pages."""

from __future__ import annotations

from django.contrib import admin

from recommendations.admin.reading import Shelf
from recommendations.models import Assessment, Assignment, Evidence


@admin.register(Assessment)
class AssessmentShelf(Shelf):
    """Status updates."""

    list_display = ("recommendation", "kind", "value", "as_of", "author", "recorded_at", "retracted_at")
    list_filter = ("kind", "value", ("retracted_at", admin.EmptyFieldListFilter))
    list_select_related = ("recommendation", "author")
    search_fields = ("recommendation__reference", "author__name")
    ordering = ("-recorded_at", "-id")


@admin.register(Evidence)
class EvidenceShelf(Shelf):
    """Pieces of evidence, the retracted ones too."""

    list_display = ("title", "recommendation", "kind", "issuer", "dated_on", "added_by", "retracted_at")
    list_filter = ("kind", ("retracted_at", admin.EmptyFieldListFilter))
    list_select_related = ("recommendation", "added_by")
    search_fields = ("title", "recommendation__reference", "url")


@admin.register(Assignment)
class AssignmentShelf(Shelf):
    """Who is or was responsible."""

    list_display = ("recommendation", "organization", "person", "role", "since", "until")
    list_filter = ("role", ("until", admin.EmptyFieldListFilter))
    list_select_related = ("recommendation", "organization", "person")
    search_fields = ("recommendation__reference", "organization__name_en", "organization__name_ru", "person__name")

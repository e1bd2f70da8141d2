"""The app and its label."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from relations import checks as checks  # registers them
from relations import sender as sender


class RecommendationsConfig(AppConfig):
    name = "recommendations"
    label = "recommendations"
    verbose_name = _("Recommendations")
    default_auto_field = "django.db.models.BigAutoField"

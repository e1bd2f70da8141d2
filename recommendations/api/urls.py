"""The addresses of the API; they are promises."""

from __future__ import annotations

from typing import Final

from django.urls import path, re_path, register_converter

from recommendations.api import (
    assessment,
    assignment,
    capture,
    delivery,
    documents,
    event,
    evidence,
    index,
    indicator,
    milestone,
    organization,
    passage,
    person,
    recommendation,
    response,
    source,
    statistics,
    subscription,
    theme,
    token,
    vocabulary,
)
from recommendations.api.converters import KeyConverter, ReferenceConverter, SlugConverter, SubjectConverter

register_converter(ReferenceConverter, "api_reference")
register_converter(SlugConverter, "api_slug")
register_converter(SubjectConverter, "api_subject")
register_converter(KeyConverter, "api_key")

ITEM: Final = "recommendations/<api_reference:reference>/"
urlpatterns = [
    path("", index.Index.as_view(), name="api"),
    path("recommendations/", recommendation.Recommendations.as_view(), name="api_recommendations"),
    path(ITEM, recommendation.OneRecommendation.as_view(), name="api_recommendation"),
    path(f"{ITEM}assessments/", assessment.AssessmentsOfOne.as_view(), name="api_assessments"),
    path(f"{ITEM}evidence/", evidence.EvidenceOfOne.as_view(), name="api_evidence"),
    path(f"{ITEM}assignments/", assignment.AssignmentsOfOne.as_view(), name="api_assignments"),
    path(f"{ITEM}responses/", response.ResponsesOfOne.as_view(), name="api_responses"),
    path(f"{ITEM}milestones/", milestone.MilestonesOfOne.as_view(), name="api_milestones"),
    path(f"{ITEM}indicators/", indicator.IndicatorsOfOne.as_view(), name="api_indicators"),
    path(f"{ITEM}history/", event.HistoryOfOne.as_view(), name="api_history"),
    path("assessments/<uuid:id>/", assessment.OneAssessment.as_view(), name="api_assessment"),
    path("evidence/<uuid:id>/", evidence.OneEvidence.as_view(), name="api_one_evidence"),
    path("evidence/<uuid:id>/retract/", evidence.EvidenceRetraction.as_view(), name="api_evidence_retract"),
    path("evidence/<uuid:id>/file/", evidence.EvidenceFile.as_view(), name="api_evidence_file"),
    path("evidence/<uuid:id>/captures/", capture.CapturesOfOne.as_view(), name="api_captures"),
    path("evidence/<uuid:id>/captures/<uuid:capture>/", capture.OneCapture.as_view(), name="api_capture"),
    path(
        "evidence/<uuid:id>/captures/<uuid:capture>/content/",
        capture.CaptureContent.as_view(),
        name="api_capture_content",
    ),
    path("assignments/<uuid:id>/", assignment.OneAssignment.as_view(), name="api_assignment"),
    path("assignments/<uuid:id>/release/", assignment.AssignmentRelease.as_view(), name="api_assignment_release"),
    path("responses/<uuid:id>/", response.OneResponse.as_view(), name="api_response"),
    path("milestones/<uuid:id>/", milestone.OneMilestone.as_view(), name="api_milestone"),
    path("indicators/<uuid:id>/", indicator.OneIndicator.as_view(), name="api_indicator"),
    path("indicators/<uuid:id>/observations/", indicator.Observations.as_view(), name="api_observations"),
    path("observations/<uuid:id>/", indicator.OneObservation.as_view(), name="api_observation"),
    path("events/", event.Events.as_view(), name="api_events"),
    path("events/<api_subject:subject>/<api_key:key>/<int:sequence>/", event.OneEvent.as_view(), name="api_event"),
    path("sources/", source.Sources.as_view(), name="api_sources"),
    path("sources/<api_slug:slug>/", source.OneSource.as_view(), name="api_source"),
    path("sources/<api_slug:slug>/passages/", passage.PassagesOfSource.as_view(), name="api_passages"),
    path("passages/<uuid:id>/", passage.OnePassage.as_view(), name="api_passage"),
    path("organizations/", organization.Organizations.as_view(), name="api_organizations"),
    path("organizations/<api_slug:slug>/", organization.OneOrganization.as_view(), name="api_organization"),
    path("themes/", theme.Themes.as_view(), name="api_themes"),
    path("themes/<api_slug:slug>/", theme.OneTheme.as_view(), name="api_theme"),
    path("people/me/", person.Me.as_view(), name="api_me"),
    path("subscriptions/", subscription.Subscriptions.as_view(), name="api_subscriptions"),
    path("subscriptions/<uuid:id>/", subscription.OneSubscription.as_view(), name="api_subscription"),
    path("deliveries/", delivery.Deliveries.as_view(), name="api_deliveries"),
    path("deliveries/<uuid:id>/", delivery.OneDelivery.as_view(), name="api_delivery"),
    path("tokens/", token.Tokens.as_view(), name="api_tokens"),
    path("tokens/<uuid:id>/", token.OneToken.as_view(), name="api_token"),
    path("vocabulary/", vocabulary.Vocabulary.as_view(), name="api_vocabulary"),
    path("statistics/", statistics.Statistics.as_view(), name="api_statistics"),
    path("schema/", documents.Schema.as_view(), name="api_schema"),
    path("docs/", documents.Docs.as_view(), name="api_docs"),
    re_path("", index.Nothing.as_view(), name="api_nothing"),
]

"""Define what is measured; record what was measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need, need_current, need_steward
from recommendations.actions.slug import unless_taken
from recommendations.actions.today import today_of
from recommendations.models import Indicator, Observation, Person, Recommendation, Source
from recommendations.models.event import Subject, Verb
from recommendations.models.indicator import Direction
from recommendations.models.person import role_of
from recommendations.rules import access, references, words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from recommendations.models.person import Register


@dataclass(frozen=True, slots=True)
class Definition:
    """What an indicator measures; `recommendations` are references."""

    title_en: str
    recommendations: tuple[str, ...]
    title_ru: str = ""
    unit_en: str = ""
    unit_ru: str = ""
    direction: str = Direction.NEITHER
    is_context: bool = False
    baseline: Decimal | None = None
    target: Decimal | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A value for a period, inclusive; `source` is the slug of the document that gives it, or empty."""

    period_start: dt.date
    period_end: dt.date
    value: Decimal
    value_high: Decimal | None = None
    note_en: str = ""
    note_ru: str = ""
    source: str = ""


def define(slug: str, said: Definition, *, actor: Person | Register, now: dt.datetime) -> Indicator:
    """Add an indicator. Raises `Forbidden`, `Invalid`, `Unlawful` (slug taken)."""
    need_steward(actor)
    refuse_if([*references.check_slug(slug), *_check(said)])
    with act(now):
        columns = asdict(said)
        items = _items(columns.pop("recommendations"))
        with unless_taken(slug):
            made = Indicator.objects.create(slug=slug, **columns)
        made.recommendations.set(items)
        event.record(Verb.REGISTERED, Subject.INDICATOR, slug, actor=actor, now=now, after=asdict(said))
    return made


def amend(
    slug: str, said: Definition, *, actor: Person | Register, now: dt.datetime, seen: int | None = None
) -> Indicator:
    """Rewrite a definition. Raises `Missing`, `Stale`, `Forbidden`, `Invalid`. Nothing new is no event."""
    need_steward(actor)
    refuse_if(_check(said))
    with act(now):
        made = _locked(slug)
        need_current(made.version, seen)
        before, after = event.changes(asdict(definition_of(made)), asdict(said))
        if not after:
            return made
        columns = asdict(said)
        made.recommendations.set(_items(columns.pop("recommendations")))
        Indicator.objects.filter(pk=made.pk).update(version=made.version + 1, **columns)
        event.record(Verb.AMENDED, Subject.INDICATOR, slug, actor=actor, now=now, before=before, after=after)
    made.refresh_from_db()
    return made


def observe(slug: str, said: Reading, *, actor: Person | Register, now: dt.datetime) -> Observation:
    """Record a value, once per period: owners of what it measures, and stewards.

    A value of what is achieved is a sign of life of the items; one of the surroundings is not.
    Raises `Missing`, `Forbidden`, `Invalid`, `Unlawful` (period recorded).
    """
    with act(now):
        made = _locked(slug)
        need_right(actor, made)
        refuse_if([*_check_reading(said), *words.check_past(said.period_end, _today(actor, now), "period_end")])
        columns = asdict(said)
        source = _source(columns.pop("source"))
        if made.observations.filter(period_start=said.period_start, period_end=said.period_end).exists():
            text = _("A value for this period is recorded already.")
            raise Unlawful(Problem("period_recorded", text, "period_start"))
        value = Observation.objects.create(indicator=made, source=source, recorded_at=now, **columns)
        after = {"observation": value.uuid, **asdict(said)}
        event.record(Verb.OBSERVED, Subject.INDICATOR, slug, actor=actor, now=now, after=after)
        if not made.is_context:
            _hear(made, now)
    return value


def revise(slug: str, said: Reading, *, actor: Person | Register, now: dt.datetime) -> Observation:
    """Correct the value recorded for a period. Raises `Missing`, `Forbidden`, `Invalid`. Nothing new is no event."""
    need_steward(actor)
    refuse_if(_check_reading(said))
    with act(now):
        made = _locked(slug)
        periods = made.observations.select_related("source").filter(period_start=said.period_start)
        value = periods.filter(period_end=said.period_end).first()
        if value is None:
            raise Missing(Problem("not_found", _("No value is recorded for this period."), "period_start"))
        columns = asdict(said)
        before, after = event.changes(asdict(reading_of(value)), columns)
        if not after:
            return value
        columns["source"] = _source(columns["source"])
        for name, content in columns.items():
            setattr(value, name, content)
        value.save()
        after |= {"observation": value.uuid, "period_start": said.period_start, "period_end": said.period_end}
        event.record(Verb.OBSERVED, Subject.INDICATOR, slug, actor=actor, now=now, before=before, after=after)
    return value


def need_right(actor: Person | Register, made: Indicator) -> None:
    """Raise `Forbidden` unless the actor may record values of the indicator."""
    text = _("Only the owners of what it measures, or a steward on their behalf, may record values.")
    own = isinstance(actor, Person) and made.recommendations.standing().owned_by(actor).exists()
    need(access.may_contribute(role_of(actor), is_assigned=own), "not_assigned", text)


def reading_of(value: Observation) -> Reading:
    """Return what is recorded now."""
    names = [name for name in Reading.__slots__ if name != "source"]
    return Reading(**{name: getattr(value, name) for name in names}, source=value.source.slug if value.source else "")


def definition_of(made: Indicator) -> Definition:
    """Return what is defined now."""
    names = [name for name in Definition.__slots__ if name != "recommendations"]
    references_ = tuple(made.recommendations.order_by("sort_key").values_list("reference", flat=True))
    return Definition(**{name: getattr(made, name) for name in names}, recommendations=references_)


def _locked(slug: str) -> Indicator:
    made = Indicator.objects.select_for_update().filter(slug=slug).first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such indicator.")))
    return made


def _hear(made: Indicator, now: dt.datetime) -> None:
    """Note the sign of life. Nobody's version grows: what people write about an item does not collide with a value."""
    measured = made.recommendations.order_by("pk").select_for_update().values_list("pk", flat=True)
    Recommendation.objects.filter(pk__in=list(measured)).update(heard_at=now, updated_at=now)


def _today(actor: Person | Register, now: dt.datetime) -> dt.date:
    return today_of(actor, now) if isinstance(actor, Person) else now.date()


def _source(slug: str) -> Source | None:
    found = Source.objects.filter(slug=slug).first() if slug else None
    refuse_if([words.not_found(slug, "source")] if slug and found is None else [])
    return found


def _items(names: tuple[str, ...]) -> list[Recommendation]:
    items = list(Recommendation.objects.filter(reference__in=names))
    unknown = sorted(set(names) - {item.reference for item in items})
    refuse_if([words.not_found(name, "recommendations") for name in unknown])
    return items


def _check(said: Definition) -> list[Problem]:
    problems = words.check_text(said.title_en, "title_en", longest=words.TITLE, required=True)
    problems += words.check_text(said.title_ru, "title_ru", longest=words.TITLE)
    problems += words.check_text(said.unit_en, "unit_en", longest=words.SHORT)
    problems += words.check_text(said.unit_ru, "unit_ru", longest=words.SHORT)
    if said.direction not in Direction.values:
        problems.append(words.not_a_choice(said.direction, Direction.values, "direction"))
    return [*problems, *words.check_number(said.baseline, "baseline"), *words.check_number(said.target, "target")]


def _check_reading(said: Reading) -> list[Problem]:
    problems = words.check_text(said.note_en, "note_en", longest=words.LINE)
    problems += words.check_text(said.note_ru, "note_ru", longest=words.LINE)
    if said.period_end < said.period_start:
        problems.append(Problem("bad_period", _("The period ends before it begins."), "period_end"))
    wrong = words.check_number(said.value, "value") + words.check_number(said.value_high, "value_high")
    if not wrong and said.value_high is not None and said.value_high < said.value:
        problems.append(Problem("bad_range", _("The upper value is below the lower one."), "value_high"))
    return problems + wrong

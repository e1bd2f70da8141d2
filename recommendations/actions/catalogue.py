"""Load a catalogue of proposals through the same verbs as everybody else, without running over people's edits."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from recommendations.actions import event, indicator, passage, recommendation, source, theme
from recommendations.actions.moment import act
from recommendations.models import Event, Indicator, Recommendation, Source, Theme
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Invalid

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from recommendations.actions.indicator import Reading
    from recommendations.actions.passage import Placing
    from recommendations.models import Person
    from recommendations.models.person import Register


@dataclass(frozen=True, slots=True)
class Stated:
    """What a catalogue says of one thing: only the fields it states, so that all others are people's alone."""

    key: str
    fields: dict[str, Any]
    placings: tuple[Placing, ...] = ()
    observations: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The contents of one file. `recommendations` carry placings, `indicators` carry observations."""

    themes: tuple[Stated, ...] = ()
    sources: tuple[Stated, ...] = ()
    recommendations: tuple[Stated, ...] = ()
    indicators: tuple[Stated, ...] = ()

    def joined(self, other: Catalogue) -> Catalogue:
        """Return both, this one's things first."""
        return Catalogue(
            self.themes + other.themes,
            self.sources + other.sources,
            self.recommendations + other.recommendations,
            self.indicators + other.indicators,
        )


class Result(StrEnum):
    """What came of one thing of the catalogue."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which register and catalogue differed, and whether the catalogue's value was taken."""

    field: str
    register: Any
    catalogue: Any
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """*Kept* means that something people edited was left alone; `differences` show it."""

    subject: Subject
    key: str
    result: Result
    differences: tuple[Difference, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Load:
    actor: Person | Register
    now: dt.datetime
    overwrite: bool

    @property
    def who(self) -> dict[str, Any]:
        return {"actor": self.actor, "now": self.now}


def load(
    catalogue: Catalogue, *, actor: Person | Register, now: dt.datetime, overwrite: bool = False
) -> tuple[Outcome, ...]:
    """Bring the register to what the catalogue says, all or nothing; a second time changes nothing.

    A field that a person changed since is left alone and reported, unless `overwrite`. Raises what the verbs raise,
    with the thing's key before the field: `RB-01/title_en`.
    """
    run = _Load(actor, now, overwrite)
    with act(now):
        return (
            *_each(catalogue.themes, _theme, run),
            *_each(catalogue.sources, _source, run),
            *_each(catalogue.recommendations, _recommendation, run),
            *_each(catalogue.indicators, _indicator, run),
        )


def _each(stated: tuple[Stated, ...], settle: Callable[[Stated, _Load], Outcome], run: _Load) -> Iterator[Outcome]:
    for one in stated:
        try:
            yield settle(one, run)
        except Invalid as refused:
            located = [replace(problem, field=f"{one.key}/{problem.field}") for problem in refused.problems]
            raise Invalid(*located) from None


def _theme(stated: Stated, run: _Load) -> Outcome:
    made = Theme.objects.filter(slug=stated.key).first()
    if made is None:
        theme.register(stated.key, theme.Naming(**stated.fields), **run.who)
        return Outcome(Subject.THEME, stated.key, Result.CREATED)
    naming = theme.Naming(made.name_en, made.name_ru, made.position)
    found = _compared(Subject.THEME, stated.key, asdict(naming), stated.fields, run)
    if taken := _taken(found):
        theme.amend(stated.key, replace(naming, **taken), **run.who)
    return _outcome(Subject.THEME, stated.key, found)


def _source(stated: Stated, run: _Load) -> Outcome:
    made = Source.objects.filter(slug=stated.key).first()
    if made is None:
        source.register(stated.key, source.Description(**stated.fields), **run.who)
        return Outcome(Subject.SOURCE, stated.key, Result.CREATED)
    description = source.description_of(made)
    found = _compared(Subject.SOURCE, stated.key, asdict(description), stated.fields, run)
    if taken := _taken(found):
        source.amend(stated.key, replace(description, **taken), **run.who)
    return _outcome(Subject.SOURCE, stated.key, found)


def _recommendation(stated: Stated, run: _Load) -> Outcome:
    item = Recommendation.objects.select_related("source", "parent").filter(reference=stated.key).first()
    if item is None:
        recommendation.register(stated.key, recommendation.Wording(**stated.fields), **run.who)
        passage.place(stated.key, stated.fields["source"], stated.placings, **run.who)
        return Outcome(Subject.RECOMMENDATION, stated.key, Result.CREATED)
    document = Source.objects.get(slug=stated.fields["source"])
    slugs = Theme.objects.filter(slug__in=stated.fields["themes"]).values_list("slug", flat=True)
    current = asdict(recommendation.wording_of(item)) | {"passages": _plain(passage.placings_of(item, document))}
    # Themes have no order of their own in the catalogue.
    wanted = stated.fields | {"themes": tuple(slugs), "passages": _plain(stated.placings)}
    found = _compared(Subject.RECOMMENDATION, stated.key, current, wanted, run, is_closed=item.withdrawn_at is not None)
    taken = _taken(found)
    if taken.pop("passages", None) is not None:
        passage.place(stated.key, document.slug, stated.placings, **run.who)
    if taken:
        recommendation.amend(stated.key, taken, seen=None, **run.who)
    return _outcome(Subject.RECOMMENDATION, stated.key, found)


def _indicator(stated: Stated, run: _Load) -> Outcome:
    made = Indicator.objects.filter(slug=stated.key).first()
    if made is None:
        indicator.define(stated.key, indicator.Definition(**stated.fields), **run.who)
        for reading in stated.observations:
            indicator.observe(stated.key, reading, **run.who)
        return Outcome(Subject.INDICATOR, stated.key, Result.CREATED)
    definition = indicator.definition_of(made)
    items = Recommendation.objects.filter(reference__in=stated.fields["recommendations"]).order_by("sort_key")
    wanted = stated.fields | {"recommendations": tuple(items.values_list("reference", flat=True))}
    found = _compared(Subject.INDICATOR, stated.key, asdict(definition), wanted, run)
    if taken := _taken(found):
        indicator.amend(stated.key, replace(definition, **taken), **run.who)
    observed = [difference for reading in stated.observations for difference in _observation(made, reading, run)]
    return _outcome(Subject.INDICATOR, stated.key, [*found, *observed])


def _observation(made: Indicator, reading: Reading, run: _Load) -> Iterator[Difference]:
    period = {"period_start": reading.period_start, "period_end": reading.period_end}
    name = f"{reading.period_start}/{reading.period_end}"
    value = made.observations.select_related("source").filter(**period).first()
    if value is None:
        indicator.observe(made.slug, reading, **run.who)
        yield Difference(name, None, asdict(reading), is_taken=True)
        return
    before, after = event.changes(asdict(indicator.reading_of(value)), asdict(reading))
    if after:
        told = Event.objects.about(Subject.INDICATOR, made.slug).filter(
            verb=Verb.OBSERVED, **{f"after__{key}": day.isoformat() for key, day in period.items()}
        )
        is_taken = run.overwrite or not _is_by_people(told.last())
        if is_taken:
            indicator.revise(made.slug, reading, **run.who)
        yield Difference(name, before, after, is_taken=is_taken)


def _compared(
    subject: Subject, key: str, current: dict[str, Any], wanted: dict[str, Any], run: _Load, *, is_closed: bool = False
) -> list[Difference]:
    before, after = event.changes(current, wanted)
    told = Event.objects.about(subject, key)
    return [
        Difference(
            name,
            before[name],
            after[name],
            # What was withdrawn can no longer be changed by anybody.
            is_taken=not is_closed and (run.overwrite or not _is_by_people(told.filter(after__has_key=name).last())),
        )
        for name in after
    ]


def _is_by_people(last: Event | None) -> bool:
    return last is not None and last.actor_key != REGISTER.uuid


def _taken(found: list[Difference]) -> dict[str, Any]:
    return {difference.field: difference.catalogue for difference in found if difference.is_taken}


def _outcome(subject: Subject, key: str, found: list[Difference]) -> Outcome:
    if not found:
        return Outcome(subject, key, Result.UNCHANGED)
    result = Result.UPDATED if all(difference.is_taken for difference in found) else Result.KEPT
    return Outcome(subject, key, result, tuple(found))


def _plain(placings: tuple[Placing, ...] | list[Placing]) -> list[dict[str, Any]]:
    return [asdict(one) for one in placings]

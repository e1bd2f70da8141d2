"""What people say to each other, among the lines of history: each comment beside the event that records it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from recommendations.models import Comment, Person
from recommendations.models.event import Verb
from recommendations.models.person import role_of
from recommendations.rules import access
from recommendations.texts.markdown import rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser

    from recommendations.web.stream import Line

IN_PASSING: Final = 2000  # characters of a comment in the history of everything; the item's page has all


@dataclass(frozen=True, slots=True)
class Talk:
    """A comment as a reader sees it; `html` is empty once it was taken back."""

    comment: Comment
    html: str
    told: tuple[str, ...]
    may_retract: bool


def with_comments(lines: Sequence[Line], reader: Person | AnonymousUser, *, longest: int | None = None) -> list[Line]:
    """Put the comments into the lines that record them, for those who sign in: at most two statements.

    `longest` cuts each of them (characters); nothing can be done with them then.
    """
    keys = [line.event.after["comment"] for line in lines if line.event.verb == Verb.COMMENTED]
    if not (keys and isinstance(reader, Person)):
        return list(lines)
    found = Comment.objects.filter(uuid__in=keys).prefetch_related("mentioned")
    talks = {str(comment.uuid): _talk(comment, reader, longest) for comment in found}
    return [
        replace(line, talk=talks.get(line.event.after["comment"])) if line.event.verb == Verb.COMMENTED else line
        for line in lines
    ]


def _talk(comment: Comment, reader: Person, longest: int | None) -> Talk:
    told = tuple(sorted(person.name for person in comment.mentioned.all()))
    body = comment.body if longest is None else Truncator(comment.body).chars(longest)
    html = mark_safe(rendered(body, names=told)) if comment.is_standing else ""  # noqa: S308 - see texts/markdown.py
    is_theirs = comment.author_id == reader.pk or access.may_keep_register(role_of(reader))
    return Talk(comment, html, told, may_retract=comment.is_standing and is_theirs and longest is None)

"""What is typed or sent as JSON, read strictly as what a verb asks for; everything that is wrong is told at once."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from recommendations.management.files import content_of
from recommendations.management.verbs import members
from recommendations.rules.errors import Invalid, Problem, refuse_if

if TYPE_CHECKING:
    from collections.abc import Callable

    from recommendations.management.verbs import Act, Input

LARGEST: Final = 10_000_000  # bytes of a file that becomes an input
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_SWITCH: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _whole(said: Any) -> int:
    if type(said) is int or (isinstance(said, str) and _WHOLE.fullmatch(said)):
        return int(said)
    raise ValueError


def _switch(said: Any) -> bool:
    return said if isinstance(said, bool) else _SWITCH[said.lower()]


def _decimal(said: Any) -> Decimal:
    made = Decimal(said if isinstance(said, str) else str(_whole(said)))
    if not made.is_finite():
        raise ValueError
    return made


def _text(said: Any) -> str:
    if isinstance(said, str):
        return said
    raise TypeError


def _day(said: Any) -> dt.date:
    if _DAY.fullmatch(said):
        return dt.date.fromisoformat(said)
    raise ValueError


def _moment(said: Any) -> dt.datetime:
    made = dt.datetime.fromisoformat(said)
    if made.tzinfo is None:
        raise ValueError
    return made


def _content(said: Any) -> bytes:
    return content_of(Path(said), largest=LARGEST)


_PLAIN: Final[dict[Any, tuple[Callable[[Any], Any], str]]] = {
    str: (_text, "a text"),
    int: (_whole, "a whole number"),
    bool: (_switch, "true or false"),
    Decimal: (_decimal, "a number"),
    dt.date: (_day, "a date like 2026-11-24"),
    dt.datetime: (_moment, "a time like 2026-11-24T09:30:00+00:00"),
    UUID: (UUID, "an id"),
    bytes: (_content, "the path of a file"),
}


def arguments(act: Act, target: str | None, said: dict[str, Any]) -> dict[str, Any]:
    """Return what to call a verb with. Raises `Invalid` with everything that is unknown, missing or of another kind."""
    problems: list[Problem] = []
    given = dict(said)
    wanted = list(act.inputs)
    if act.target is not None:
        wanted.insert(0, act.target)
        given |= {} if target is None else {act.target.name: target}
    elif target is not None:
        problems.append(Problem("unknown_field", _("This verb is done to nothing that could be named."), "target"))
    read = _members(wanted, given, "", problems)
    refuse_if(problems)
    plain = {one.name: read[one.name] for one in wanted if not one.of and one.name in read}
    for name, shape in act.shapes.items():
        own = {one.name: read[one.name] for one in wanted if one.of == name and one.name in read}
        plain[name] = own if isinstance(shape, dict) else shape(**own)
    optional = [one.name for one in wanted if NoneType in get_args(one.hint) and not one.of]
    return {**dict.fromkeys(optional), **plain}


def describe(hint: Any) -> str:
    """Say of a type what is to be written."""
    inner = _inner(hint)
    if get_origin(inner) is not None and inner is not Mapping:
        return f"{describe(get_args(inner)[0])}, any number"
    if isinstance(inner, dict) or is_dataclass(inner):
        return f"an object of {', '.join(member.name for member in members(inner))}"
    if _is_choice(inner):
        return f"one of {', '.join(inner)}"
    return "an object" if inner in {Any, Mapping} else _PLAIN[inner][1]


def _members(wanted: list[Input], given: Mapping[str, Any], place: str, problems: list[Problem]) -> dict[str, Any]:
    names = {one.name for one in wanted}
    for name in given:
        if name not in names:
            text = _("There is no such input; possible are: %(names)s.") % {"names": ", ".join(sorted(names))}
            problems.append(Problem("unknown_field", text, f"{place}{name}"))
    missing = [one.name for one in wanted if one.is_needed and one.name not in given]
    problems += [Problem("required", _("This is needed; fill it in."), f"{place}{name}") for name in missing]
    return {o.name: _read(o.hint, given[o.name], f"{place}{o.name}", problems) for o in wanted if o.name in given}


def _read(hint: Any, said: Any, place: str, problems: list[Problem]) -> Any:
    """Return the value, or None after adding what is wrong to `problems`."""
    inner = _inner(hint)
    if inner is not hint and (said is None or (said == "" and inner is not str)):
        return None
    try:
        if inner in (Any, Mapping) or isinstance(inner, dict) or is_dataclass(inner) or get_origin(inner):
            return _compound(inner, said, place, problems)
        return inner(said) if _is_choice(inner) else _PLAIN[inner][0](said)
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
        text = _("“%(value)s” is not what is asked for here: %(kind)s.")
        shown = {"value": str(said)[:60], "kind": describe(hint)}
        problems.append(Problem("bad_value", text % shown, place))
        return None


def _compound(inner: Any, said: Any, place: str, problems: list[Problem]) -> Any:
    if get_origin(inner):
        many = json.loads(said) if isinstance(said, str) and said.startswith("[") else said
        many = [many] if isinstance(many, str) else many
        if not isinstance(many, list):
            raise TypeError
        return tuple(_read(get_args(inner)[0], one, f"{place}/{n}", problems) for n, one in enumerate(many))
    object_ = json.loads(said) if isinstance(said, str) else said
    if inner in (Any, Mapping):
        return object_
    if not isinstance(object_, dict):
        raise TypeError
    before = len(problems)
    read = _members(members(inner), object_, f"{place}/", problems)
    return read if isinstance(inner, dict) else inner(**read) if len(problems) == before else None


def _inner(hint: Any) -> Any:
    """Return the type without its "or None"."""
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return kinds[0] if NoneType in get_args(hint) else hint


def _is_choice(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Enum)


def together(sets: list[str], sent: Any, act: Act) -> dict[str, Any]:
    """Put `name=value` pairs and a JSON object together; a name given again adds to a list. Raises `Invalid`."""
    if not isinstance(sent, dict):
        raise Invalid(Problem("not_an_object", _("The JSON has to be an object of inputs by name."), ""))
    lists = {one.name for one in act.inputs if get_origin(_inner(one.hint))}
    said, problems = dict(sent), []
    for pair in sets:
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            problems.append(Problem("bad_value", _("Write it like name=value."), name))
        elif name in lists and not value.startswith("["):
            said[name] = [*said.get(name, []), value]
        elif name in said:
            problems.append(Problem("given_twice", _("This is given twice."), name))
        else:
            said[name] = value
    refuse_if(problems)
    return said

"""The verbs as the command line finds them: what of `actions/` somebody does at a moment, by its own signature."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, dataclass, fields, is_dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, get_args

from django.db.models import Model

from recommendations import actions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

# Public, and no door for a person at a terminal, each for its reason.
EXCLUDED: Final = {
    "calendar_address.issue": "the page of calendars and the API show the secret address, once",
    "catalogue.load": "`manage.py load_catalogue` reads the file that it takes",
    "event.about": "writes the line of another verb",
    "event.about_all": "writes the lines of another verb",
    "importing.take": "`manage.py import_recommendations` reads the file that it takes",
    "many.amend": "the same for many: `recommendation.amend` is for one, `manage.py import_recommendations` reads a file",
    "many.enter": "a step of `many.register`",
    "many.register": "the same for many: `recommendation.register` is for one, `manage.py import_recommendations` reads a file",
    "event.record": "writes the line of another verb",
    "person.invite": "takes a password, which others can read in a list of processes",
    "report.publish": "`manage.py publish_report` composes what it keeps",
    "reply.answer": "the link in a digest is the permission, and its page the door",
    "source.read_in": "`manage.py read_source` reads the file that it takes",
    "webhook.register": "the API shows the secret, once",
    "webhook.rotate": "the API shows the secret, once",
    "token.issue": "`manage.py token create` shows the key, once",
}
GIVEN: Final = frozenset({"actor", "now"})


@dataclass(frozen=True, slots=True)
class Input:
    """What a verb asks for: its name, its type, and whether there is no saying nothing.

    `of` is the parameter whose member it is, "" for a parameter itself.
    """

    name: str
    hint: Any
    is_needed: bool
    of: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A verb: `name` is "module.function", `target` what it is done to, `shapes` the objects that inputs fill."""

    name: str
    function: Callable[..., Any]
    target: Input | None
    inputs: tuple[Input, ...]
    shapes: dict[str, Any]

    @property
    def says(self) -> str:
        """The first line of what it says of itself."""
        return (self.function.__doc__ or "").strip().partition("\n")[0]


def all_of_them() -> dict[str, Act]:
    """Return every verb that can be done from the command line, by name."""
    return {act.name: act for name, function in public() if name not in EXCLUDED and (act := _act(name, function))}


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function of `actions/` that takes who acts and when."""
    for found in pkgutil.iter_modules(actions.__path__):
        module = import_module(f"{actions.__name__}.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_own = function.__module__ == module.__name__ and not name.startswith("_")
            if is_own and inspect.signature(function).parameters.keys() >= GIVEN:
                yield f"{found.name}.{name}", function


def members(shape: Any) -> list[Input]:
    """Return what a dataclass is made of, or what "some fields" can be: none of those is needed."""
    if isinstance(shape, dict):
        return [Input(name, hint, is_needed=False) for name, hint in shape.items()]
    names = _names(inspect.getmodule(shape))
    needs = {f.name: f.default is MISSING and f.default_factory is MISSING for f in fields(shape)}
    return [Input(f.name, _resolved(f.type, names), needs[f.name]) for f in fields(shape)]


def _act(name: str, function: Callable[..., Any]) -> Act | None:
    """Return the verb, or None for a step of other verbs, which takes rows and not the names of them."""
    module = inspect.getmodule(function)
    names = _names(module)
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name not in GIVEN]
    hints = {p.name: _resolved(p.annotation, names) for p in parameters}
    if any(_is_row(hint) for hint in hints.values()):
        return None
    asked = [Input(p.name, _typed(hints[p.name], module), p.default is p.empty and not _may_be_none(hints[p.name])) for p in parameters]  # fmt: skip
    first = parameters[0] if parameters and parameters[0].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD else None
    target = asked.pop(0) if first is not None and not is_dataclass(hints[first.name]) else None
    inputs, shapes = _flat(asked)
    return Act(name, function, target, tuple(inputs), shapes)


def _flat(asked: list[Input]) -> tuple[list[Input], dict[str, Any]]:
    """Put the members of objects beside the other inputs, unless two would have one name."""
    shapes = {one.name: one.hint for one in asked if is_dataclass(one.hint) or isinstance(one.hint, dict)}
    inputs = [one for one in asked if one.name not in shapes]
    inputs += [Input(m.name, m.hint, m.is_needed, name) for name, shape in shapes.items() for m in members(shape)]
    names = [one.name for one in inputs]
    return (inputs, shapes) if len(names) == len({*names}) else (asked, {})


def _typed(hint: Any, module: ModuleType | None) -> Any:
    """Say of "some fields" what they are: members of the dataclasses of the verb's own module."""
    if not str(hint).startswith("dict[str"):
        return hint
    shown = getattr(module, "__all__", ())
    shapes = inspect.getmembers(module, is_dataclass)
    own = [one for name, one in shapes if inspect.getmodule(one) is module or name in shown]
    return {m.name: m.hint for shape in own for m in members(shape)} or Mapping


def _names(module: ModuleType | None) -> dict[str, Any]:
    """Return the names that a module's annotations use, also those that it imports for them only."""
    assert module is not None  # noqa: S101 - every function and class of ours has one
    names = dict(vars(module))
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for line in node.body:
                with suppress(ImportError):  # of what only the checker of types knows
                    exec(compile(ast.Module([line], []), module.__name__, "exec"), names)  # noqa: S102 - our own imports
    return names


def _resolved(annotation: Any, names: dict[str, Any]) -> Any:
    return eval(annotation, names) if isinstance(annotation, str) else annotation  # noqa: S307 - our own annotations


def _is_row(hint: Any) -> bool:
    kinds = [hint, *get_args(hint)]
    return any(isinstance(kind, type) and issubclass(kind, Model) for kind in kinds)


def _may_be_none(hint: Any) -> bool:
    return type(None) in get_args(hint)

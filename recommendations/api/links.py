"""OpenAPI links: from what was made or listed to what can be done with it. They follow from the addresses."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from recommendations.api.components import SHAPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recommendations.api.operation import Operation

    type_of_entry = tuple[str, str, Operation, type[Any], dict[str, Any], str]

# Where a place in an address has another name than the member of the answer that goes there.
MEMBERS: Final = {"key": "subject_key", "capture": "id"}
_PLACE: Final = re.compile(r"\{(\w+)\}")


def following(address: str, said: Operation, everything: Sequence[type_of_entry]) -> dict[str, Any]:
    """Return the links of an answer that makes one thing or lists many: to all that is one address further."""
    if not said.answer or not (said.listed or said.status == HTTPStatus.CREATED):
        return {}
    one = _address_of_one(address, {entry[0] for entry in everything})
    places = next((entry[4] for entry in everything if entry[0] == one), {})
    given = {name: _given(name, shape, address, one, said) for name, shape in places.items()}
    if not given or None in given.values():
        return {}
    return {
        name: _link(name, target, given, said)
        for path, method, target, _view, its, _tag in everything
        if path.startswith(one) and its.keys() == places.keys()
        for name in [operation_id(method, path)]
    }


def operation_id(method: str, address: str) -> str:
    """Return the name of an operation: `get_recommendations_reference`."""
    return f"{method}_" + (re.sub(r"\W+", "_", address.partition("/v1/")[2]).strip("_") or "index")


def _address_of_one(address: str, known: set[str]) -> str:
    """Find the address of a member of a collection: under it, or under the last of its names."""
    last = address.rstrip("/").rpartition("/")[2]
    root = address.partition("/v1/")[0] + f"/v1/{last}/"
    for start in (address, root):
        found = [one for one in known if re.fullmatch(re.escape(start) + r"(\{\w+\}/)+", one)]
        if found:
            return min(found, key=len)
    return ""


def _given(name: str, shape: Mapping[str, Any], address: str, one: str, said: Operation) -> str | None:
    """Say where what stands in the address comes from; None when the answer does not tell."""
    if one.startswith(address) and f"{{{name}}}" in address:
        return f"$request.path.{name}"
    member = MEMBERS.get(name, name)
    found = SHAPES[said.answer]["properties"].get(member)
    if found is None or found.get("format") != shape.get("format"):
        return None
    return f"$response.body#/{'results/0/' if said.listed else ''}{member}"


def _link(name: str, target: Operation, given: dict[str, Any], said: Operation) -> dict[str, Any]:
    """Lead to an operation, with the tag that it needs if the answer has one."""
    tag = "$response.header.ETag" if said.has_etag else "*"
    headers = {"header.If-Match": tag} if target.if_match else {}
    return {"operationId": name, "parameters": {**{f"path.{place}": at for place, at in given.items()}, **headers}}

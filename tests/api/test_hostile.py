"""No input makes a 500, and every refusal is a problem as described."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommendations.api import openapi
from recommendations.api.bodies import shape_of
from tests import sample
from tests.api import contract
from tests.api.test_contract import all_operations, fill, places

pytestmark = pytest.mark.django_db
WORDS = ["", "\x00", "\ud800", "\u202e", "a" * 400, "RB-01", "T-900", "economy", "me", "true", "2026-11-24", "9999-12-31", "0001-01-01",
         "2026-11-24T09:30:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "-1", "0", "9" * 5000, str(2**63), "1e999", "null", "%", "'", '"', "<>", ",", ",,", "reference", "-status",
         "ΑΒΓ", "١٢", "W10", "2026-W01-1", "20261124", "exact", "json", "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=20),
    st.integers(),
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
)
JSON = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
LAX = settings(
    max_examples=2 if sample.SHORT else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def queries(said):
    names = [parameter.name for parameter in said.parameters] + ["as_of", "x\x00", "page"]
    return st.lists(st.tuples(st.sampled_from(names), st.sampled_from(WORDS) | st.text(max_size=10)), max_size=3)


def bodies(said):
    """Bodies like those described with one or two members gone wrong, and anything else that is JSON."""
    shape = shape_of(said.body, partial=said.partial)
    members = shape["properties"] if "properties" in shape else said.body.variants()[0]["properties"]
    wrong = st.dictionaries(st.sampled_from([*members, "unknown"]), JSON, max_size=2)
    return wrong.map(lambda members: {**said.example, **members}) | JSON


def text(pairs):
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)


def quoted(value):
    return "".join(f"%{byte:02x}" for byte in value.encode("utf-8", "surrogatepass"))


@pytest.mark.uncounted
@pytest.mark.parametrize(
    ("address", "method", "said"),
    [op[:3] for op in all_operations()],
    ids=lambda v: str(v)[:60] if isinstance(v, str) else "",
)
def test_no_input_makes_a_500(full, steward, address, method, said):
    path = fill(address, places(full, "own"))
    contract.hold(method, path, steward(method, path + "?x=1"))

    @LAX
    @given(queries(said), bodies(said) if said.body else st.none())
    def ask(pairs, body):
        raw = json.dumps(body).encode("utf-8", "surrogatepass") if said.body else None
        headers = {"If_Match": "*"} if said.if_match else {}
        answer = steward(method, f"{path}?{text(pairs)}" if pairs else path, raw=raw, **headers)
        assert answer.status_code < 500, (pairs, body)
        contract.hold(method, path, answer)

    ask()


def test_there_are_operations():
    assert openapi.document()["paths"]

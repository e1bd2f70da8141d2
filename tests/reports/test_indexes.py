"""What counts all of a register asks only what one index holds, and so reads that and not what each recommendation says."""

import re

import pytest
from django.db import connection

from recommendations.models import Recommendation, Source
from recommendations.reports import figures
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
PUBLIC = Recommendation.objects.visible_to(None).standing()
COLUMNS = {field.column for field in Recommendation._meta.concrete_fields}
ASKED = re.compile(r'(?:"recommendations_recommendation"|U0)\."(\w+)"')


def counted(work):
    """Return the first statement of the work that counts recommendations."""
    found = []

    def note(execute, sql, params, many, context):
        found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return next(sql for sql in found if "COUNT(" in sql)


@pytest.mark.parametrize(
    "work",
    [
        lambda: figures.figures(PUBLIC, today=TODAY),
        lambda: figures.by_theme(PUBLIC),
        lambda: list(Source.objects.with_counts(None)),
    ],
    ids=["figures", "themes", "sources"],
)
def test_what_is_counted_stands_in_the_index(work):
    (index,) = (one for one in Recommendation._meta.indexes if one.name == "recommendation_figures")
    held = {Recommendation._meta.get_field(name).column for name in (*index.fields, *index.include)}
    asked = COLUMNS.intersection(ASKED.findall(counted(work)))
    assert {"visibility", "withdrawn_at"} < asked <= held | {"withdrawn_at"}

"""How a list is drawn, read from an address and written into one."""

import pytest

from recommendations.rules import drawing
from recommendations.rules.drawing import Drawing
from recommendations.rules.errors import Invalid


@pytest.mark.parametrize(
    ("params", "drawn", "pairs"),
    [
        ({}, Drawing(), []),
        ({"view": [""], "columns": [""], "group": [""], "status": ["partly"]}, Drawing(), []),
        ({"view": ["board"]}, Drawing("board"), [("view", "board")]),
        ({"view": ["board", "timeline"]}, Drawing("timeline"), [("view", "timeline")]),
        ({"group": ["theme"]}, Drawing(group="theme"), [("group", "theme")]),
        ({"columns": ["source,priority"]}, Drawing(columns=("priority", "source")), [("columns", "priority,source")]),
        ({"columns": ["lead", "verified"]}, Drawing(columns=("verified", "lead")), [("columns", "verified,lead")]),
        ({"columns": list(drawing.USUAL)}, Drawing(), []),
    ],
)
def test_a_drawing_has_one_way_to_be_written(params, drawn, pairs):
    assert drawing.parse(params) == drawn
    assert drawing.asked(drawn) == pairs
    assert drawing.parse({name: [value] for name, value in pairs}) == drawn


def test_what_cannot_be_drawn_says_what_can():
    with pytest.raises(Invalid) as refused:
        drawing.parse({"view": ["pie"], "columns": ["lead,colour"]})
    assert [(problem.field, str(problem.detail)) for problem in refused.value.problems] == [
        ("view", "“pie” is not one of: table, board, timeline."),
        ("columns", f"“colour” is not one of: {', '.join(drawing.COLUMNS)}."),
    ]

"""Highlighted spans that stand apart, touch, overlap and hold each other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from recommendations.texts.runs import Run, cut


def test_text_without_spans_is_one_run():
    assert cut(5, 9, [(0, 5), (9, 12)]) == [Run(5, 9, (), ())]


def test_spans_that_touch_stay_apart():
    assert cut(0, 9, [(0, 3), (3, 6)]) == [Run(0, 3, (0,), (0,)), Run(3, 6, (1,), (1,)), Run(6, 9, (), ())]


def test_overlap_is_a_run_of_its_own_led_by_the_shorter():
    assert cut(0, 9, [(0, 6), (4, 7)]) == [
        Run(0, 4, (0,), (0,)),
        Run(4, 6, (1, 0), (1,)),
        Run(6, 7, (1,), ()),
        Run(7, 9, (), ()),
    ]


def test_outer_begins_before_inner():
    assert cut(0, 4, [(0, 2), (0, 4)])[0] == Run(0, 2, (0, 1), (1, 0))


def test_span_over_several_paragraphs_begins_once():
    assert cut(5, 9, [(0, 20)]) == [Run(5, 9, (0,), ())]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda pair: (pair[0], sum(pair))), max_size=8))
def test_runs_cover_all_once_and_agree_with_the_spans(spans):
    runs = cut(10, 40, spans)
    assert (runs[0].start, runs[-1].end) == (10, 40)
    assert all(one.end == other.start for one, other in pairwise(runs))
    for run in runs:
        for at in (run.start, run.end - 1):
            assert sorted(run.covered_by) == [index for index, (first, last) in enumerate(spans) if first <= at < last]

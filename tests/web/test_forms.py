"""Forms before verbs: what is shown beside the fields, and what goes on to a page of its own."""

import pytest
from django import forms

from recommendations.rules.errors import Forbidden, Invalid, Missing, Problem, Stale, Unlawful
from recommendations.web.forms import VerbForm


class Form(VerbForm):
    """Two fields, one of which the verb calls by another name."""

    aliases = {"title": "name"}

    name = forms.CharField()
    hidden = forms.CharField(required=False, widget=forms.HiddenInput)


def tried(refused):
    form = Form({"name": "Some"})

    def verb(_said):
        raise refused

    assert form.attempt(verb) is None
    return form


@pytest.mark.parametrize("kind", [Forbidden, Missing])
def test_attempt_leaves_it_to_a_page_to_say_who_may_not(kind):
    with pytest.raises(kind):
        tried(kind(Problem("no", "No.")))


@pytest.mark.parametrize(
    ("field", "where"),
    [("title", "name"), ("name/0", "name"), ("hidden", "__all__"), ("other", "__all__"), ("", "__all__")],
)
def test_attempt_shows_each_problem_where_it_belongs(field, where):
    assert tried(Invalid(Problem("no", "No.", field))).errors == {where: ["No."]}


def test_status_of_the_answer_says_what_kind_of_refusal_it_was():
    problem = Problem("no", "No.")
    assert Form().status == 200
    assert Form({}).status == 400
    assert tried(Invalid(problem)).status == 400
    assert tried(Unlawful(problem)).status == 409
    stale = tried(Stale(problem, seen=1, current=2))
    assert (stale.status, stale.is_stale) == (412, True)


def test_attempt_asks_no_verb_while_something_cannot_be_read():
    assert Form({}).attempt(lambda _said: pytest.fail("asked")) is None
    assert Form({"name": "Some"}).attempt(lambda said: said["name"]) == "Some"

"""The first page."""

import pytest


@pytest.mark.django_db
def test_overview_answers_strangers_and_says_the_neutral_line_once(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.content.decode().count("Listing a proposal is not endorsing it.") == 1
    assert not answer.cookies

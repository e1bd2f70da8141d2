"""Spellings of one mailbox, and those of others."""

import pytest

from recommendations.rules.mailbox import mailbox


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("Alice@Example.ORG", "alice@example.org"),
        (" alice+shop@example.org ", "alice@example.org"),
        ("alice+a+b@example.org", "alice@example.org"),
        ("a.lice@example.org", "a.lice@example.org"),
        ("a.l.i.c.e+1@gmail.com", "alice@gmail.com"),
        ("Alice@GoogleMail.com", "alice@gmail.com"),
        ("alice@gmail.com.example.org", "alice@gmail.com.example.org"),
        ("+1@example.org", "+1@example.org"),
        ('"a\\lice+1"@example.org', "alice@example.org"),
        ('"a@b"@example.org', "a@b@example.org"),
        ("alice@ｇｍａｉｌ。com", "alice@gmail.com"),
        ("alice@Пример.рф", "alice@xn--e1afmkfd.xn--p1ai"),
        ("alice@xn--e1afmkfd.xn--p1ai", "alice@xn--e1afmkfd.xn--p1ai"),
        (f"alice@{'ä' * 80}.org", f"alice@{'ä' * 80}.org"),
    ],
)
def test_one_mailbox_has_one_spelling(email, expected):
    assert mailbox(email) == expected
    assert mailbox(expected) == expected

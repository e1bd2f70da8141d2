"""What an answer amounts to, in English and in Russian, and what only looks like it."""

import pytest

from recommendations.archive.fetch import Answer
from recommendations.archive.judge import is_elsewhere, judge
from recommendations.archive.text import Said, said

URL = "https://good.org/decrees/7"
LONG = "The commission agreed on a plan for the coming years. " * 60


def outcome(status=200, *, url=URL, page=None, title="", heading="", text="Some words."):
    words = said(page) if page else Said(title, heading, text)
    return judge(URL, Answer(url, status), words)[0]


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (200, "ok"),
        (204, "ok"),
        (206, "ok"),
        (301, "unreachable"),
        (304, "unreachable"),
        (400, "blocked"),
        (401, "blocked"),
        (403, "blocked"),
        (404, "gone"),
        (406, "blocked"),
        (410, "gone"),
        (429, "blocked"),
        (451, "blocked"),
        (500, "unreachable"),
        (502, "unreachable"),
        (503, "unreachable"),
        (599, "unreachable"),
        (101, "unreachable"),
    ],
)
def test_statuses(status, wanted):
    assert outcome(status) == wanted


@pytest.mark.parametrize(
    "line",
    [
        "404",
        "Error 404",
        "404 - Page not found",
        "HTTP 404",
        "Page Not Found",
        "Sorry, this page isn’t available: the page you requested was not found",
        "The document has been removed",
        "This article is no longer available",
        "We couldn't find the page",
        "This page does not exist",
        "Not found",
        "Страница не найдена",
        "Ошибка 404",
        "Запрашиваемая страница не существует",
        "Документ удалён",
        "Материал был удален",
        "Такой страницы нет",
        "Страница недоступна",
        "Не найдено",
    ],
)
def test_soft_404_in_a_title_or_a_heading(line):
    assert outcome(title=line, text=LONG) == "soft_404"
    assert outcome(heading=line, text=LONG) == "soft_404"
    assert outcome(text=f"Menu\n\n{line}\n\nSearch") == "soft_404"


@pytest.mark.parametrize(
    "line",
    [
        "Decree No. 4044 on fairs",
        "The budget grew by 404 €",
        "404 км новых дорог",
        "Common ground not found in talks on customs",
        "Документы подписаны",
        "Commission finds that funds were not available",
        "О порядке удаления отходов",
    ],
)
def test_what_only_looks_like_it(line):
    assert outcome(title=line, text=LONG) == "ok"


def test_a_long_text_that_mentions_it_is_no_soft_404():
    assert outcome(text=f"{LONG} The page was not found. Страница не найдена.") == "ok"


@pytest.mark.parametrize(
    "line",
    [
        "Just a moment...",
        "Checking your browser before accessing good.org",
        "Attention Required! | Cloudflare",
        "Please verify you are human",
        "Are you a robot?",
        "reCAPTCHA",
        "DDoS-Guard",
        "Access denied",
        "Вы не робот?",
        "Проверка браузера",
        "Доступ ограничен",
        "Доступ к сайту запрещён",
    ],
)
def test_walls(line):
    assert outcome(title=line) == outcome(503, title=line) == outcome(200, text=line) == "blocked"
    assert outcome(text=f"{LONG} {line}") == "ok"


@pytest.mark.parametrize(
    ("final", "wanted"),
    [
        ("https://good.org/", "soft_404"),
        ("https://good.org", "soft_404"),
        ("https://www.good.org/index.html", "soft_404"),
        ("https://good.org/en/", "soft_404"),
        ("https://good.org/ru-ru/index.php", "soft_404"),
        ("https://new.org/", "soft_404"),
        ("https://good.org/?id=7", "redirected"),
        ("https://good.org/decrees/2026/7", "redirected"),
        ("https://good.org/decrees/7/", "ok"),
        ("http://www.good.org/decrees/7", "ok"),
        ("https://good.org/decrees/7#top", "ok"),
    ],
)
def test_where_it_leads(final, wanted):
    assert outcome(url=final) == wanted


def test_a_link_to_a_first_page_may_lead_to_one():
    assert judge("http://good.org/", Answer("https://good.org/en/", 200), Said())[0] == "redirected"
    assert not is_elsewhere("https://пример.рф/указ", "https://xn--e1afmkfd.xn--p1ai/указ/")

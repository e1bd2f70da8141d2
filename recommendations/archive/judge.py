"""Judging an answer: is what was cited there, gone though nobody says so, or behind a wall against programs."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from recommendations.rules.capture import Outcome
from recommendations.rules.links import host_of

if TYPE_CHECKING:
    from recommendations.archive.fetch import Answer
    from recommendations.archive.text import Said

FAILURES: Final = {"no_such_host": Outcome.GONE, "not_public": Outcome.REFUSED}
SHORT: Final = 1_500  # characters of a page that has nothing else to say
_GONE: Final = frozenset({404, 410})
_THING: Final = r"(?:web\s?)?(?:page|document|file|article|content|resource|post|site|url|address)"
_DING: Final = r"(?:страниц[аы]|документ|файл|стать[яи]|материал|публикаци[яи]|новость|запись|ресурс|сайт)"
_NOT_FOUND: Final = re.compile(
    rf"""
      \b(?:error|ошибка|http|status)?\s*[:#№-]?\s*404\b(?!\s*(?:€|\$|₽|руб|km|км|%|mm|мм|kg|кг))
    | \b{_THING}\b[^.!?\n]{{0,60}}\b(?:(?:was|is|has|could|can|does)\s*(?:not|n[o’']t)?\s*(?:be\s)?(?:been\s)?)?
      (?:not\s(?:be\s)?found|no\slonger\s(?:available|exists?|here)|(?:not|n['’]t)\sexist|been\s(?:removed|deleted)|unavailable)
    | ^\s*not\sfound\s*$ | \bnothing\s(?:was\s)?found\s(?:here|at\sthis)
    | (?:couldn['’]t|could\snot|cannot|can['’]t)\sfind\s(?:the|this|that)\s{_THING}
    | \b(?:запрашиваем\w+|запрошенн\w+|данн\w+|эта|этот|такой|такая)?\s?{_DING}\b[^.!?\n]{{0,60}}
      (?:не\s(?:был[аио]?\s)?(?:найден[аоы]?|существует|существуют|обнаружен[аоы]?)|недоступ\w+|(?:был[аио]?\s)?удал[её]н[аоы]?|больше\sнет)
    | \b(?:такой|такого|этой)\s(?:страницы|документа|файла|статьи)\s(?:нет|не\sсуществует) | ^\s*не\sнайдено\s*$
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_WALL: Final = re.compile(
    r"""
      ^\s*just\sa\smoment | checking\s(?:if\sthe\ssite\sconnection\sis\ssecure|your\sbrowser) | attention\srequired!?\s\|
    | verify(?:ing)?\s(?:that\s)?you\s(?:are|['’]re)\s(?:a\s)?(?:not\s(?:a\s)?(?:ro)?bot|human) | are\syou\s(?:a\s)?(?:ro)?bot
    | not\sa\srobot | \b(?:re|h)?captcha\b | ddos[-\s]?guard | access\s(?:is\s)?denied | unusual\straffic
    | не\sробот | проверка\s(?:вашего\s)?браузера | доступ\s(?:к\s\w+\s)?(?:ограничен|запрещ[её]н) | подозрительн\w+\s(?:трафик|активност\w+)
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_FIRST_PAGE: Final = re.compile(
    r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|default|home)(?:\.\w{1,5})?)?/?", re.IGNORECASE
)


def judge(url: str, answer: Answer, said: Said) -> tuple[Outcome, str]:
    """Return what an answer to `url` amounts to, and a word of `rules.capture.DETAILS` about it ("" for none)."""
    if answer.status in _GONE:
        return Outcome.GONE, "http"
    if answer.is_wall or _is_said(_WALL, said):
        return Outcome.BLOCKED, "wall"
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        refuses = HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return (Outcome.BLOCKED if refuses else Outcome.UNREACHABLE), "http"
    if _leads_home(url, answer.url):
        return Outcome.SOFT_404, "home"
    if _is_said(_NOT_FOUND, said):
        return Outcome.SOFT_404, ""
    return (Outcome.REDIRECTED if is_elsewhere(url, answer.url) else Outcome.OK), answer.detail


def is_elsewhere(url: str, final: str) -> bool:
    """Tell whether an address is another one: not only https for http, with or without www or a last slash."""
    return _bare(url) != _bare(final)


def _bare(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return host_of(url).removeprefix("www."), parts.path.rstrip("/"), parts.query


def _leads_home(url: str, final: str) -> bool:
    asked, came = urlsplit(url), urlsplit(final)
    if _FIRST_PAGE.fullmatch(asked.path) or not is_elsewhere(url, final):
        return False
    return _FIRST_PAGE.fullmatch(came.path) is not None and not came.query


def _is_said(what: re.Pattern[str], said: Said) -> bool:
    """Look in the title and the first heading, and in all of a page that says little else."""
    if any(what.search(line) for line in (said.title, said.heading)):
        return True
    return len(said.text) <= SHORT and what.search(said.text) is not None

"""What each paragraph of a document is: body, heading, byline, or the page's furniture that is no part of the text."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

# One line of a page's furniture, in English and Russian. A line must match as a whole, so that a sentence
# that happens to begin with "Print" or "Share" stays a sentence.
_FURNITURE: Final = re.compile(
    r"""
      (?:print|печать|распечатать|версия\sдля\sпечати)(?:\s(?:this|page|version|article|читать\sна\s\w+|read\sin\s\w+))*
    | (?:read|view)\s(?:this\s)?(?:article\s)?in\s\w+ | читать\sна\s\w+ | read\s(?:more|also|later|next) | читайте\sтакже | see\salso
    | (?:rate|share|print|save|e-?mail|bookmark|like|cite|download)\s(?:this|the)?\s?(?:article|page|post|story|text|material|news|link|pdf)
    | (?:оцен\w+|поделит\w+|сохранить|скачать|обсудить)(?:\s(?:этой|эту|этим|с\sдрузьями|статью|статьёй|статьей|материал\w*|страниц\w+|pdf|в\sсоцсетях|ссылкой))*
    | (?:no\s)?(?:share|tweet|like|comment|reply|pin|save|subscribe|unsubscribe|follow|login|log\sin|sign\sin|sign\sup|register|menu|search|home)s?(?:\s?[:(]?\s?\d+\)?)?
    | (?:follow|like|join|contact|find)\sus(?:\son\s[\w\s,]+)? | about\sus | back\sto\stop | (?:skip|jump)\sto\s[\w\s]+ | leave\sa\s(?:comment|reply)
    | комментари\w+(?:\s?[:(]?\s?\d+\)?)? | подписаться(?:\s[\w\s-]+)? | войти | регистрация | меню | поиск | главная | наверх | реклама
    | (?:sign\sup|subscribe)\s(?:for|to)\s(?:our\s)?[\w\s-]{1,30} | newsletters? | advertisements? | sponsored(?:\scontent)?
    | (?:accept|reject|manage)(?:\sall)?\s?(?:cookies)? | privacy\spolicy | terms\s(?:of|and)\s[\w\s]+ | cookie\s(?:policy|settings)
    | (?:facebook|twitter|x|telegram|vk|vkontakte|вконтакте|linkedin|whatsapp|viber|reddit|instagram|youtube|rss|ok|pinterest|e-?mail|copy\slink|pdf)
    | related(?:\s(?:articles?|posts?|stories|materials?|content|topics?))? | (?:popular|latest|more)\s(?:articles?|posts?|news|stories) | похожие\s\w+ | ещё\sпо\sтеме
    | \(?\s*(?:votes?|голосов|голоса|оценок)\s*:?\s*\d+.{0,40} | \(?\s*\d+\s(?:votes?|голос\w*|оцен\w*)\s*\)?
    | \(?\s*(?:rating|рейтинг|average|views?|просмотр\w*|shares?|downloads?)\s*:?\s*[\d.,/\s]+\)? | \d+\s(?:views?|shares?|comments?|likes?|просмотр\w*|комментари\w*)
    | (?:poll|survey|опрос|голосование)(?:\s(?:conducted|results?|closed|of\sthe\s(?:day|week)|проведён|проведен|завершён|завершен))?
    | for\s(?:business(?:es)?|researchers?|students?|journalists?|press|media|authors?|teachers?|investors?|partners?|experts?)
    | (?:для|бизнесу|исследователям|студентам|журналистам)(?:\s(?:бизнеса|исследователей|студентов|журналистов|авторов|прессы))?
    | (?:tags?|keywords?|теги|метки|topics?|рубрик[аи]|categor(?:y|ies))\s*:.{0,120}
    | (?:©|\(c\)|copyright)\s.{0,100} | all\srights\sreserved\.? | все\sправа\sзащищены\.? | page\s\d+(?:\sof\s\d+)? | \d{1,4}\s?/\s?\d{1,4}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_COUNT: Final = re.compile(r"\d+\s*\(\s*\d+(?:[.,]\d+)?\s*%\s*\)|\d+(?:[.,]\d+)?\s*%(?:\s*\(\s*\d+[\w\s]*\))?")
_BYLINE: Final = re.compile(
    r"(?:by|author|text|автор|текст)s?\s*:?\s+[^\W\d_].{1,80}"
    r"|.*\b(?:ph\.?\s?d|d\.?\s?sc|professor|research(?:er)?\s(?:fellow|associate)|fellow|lecturer|editor|correspondent|columnist|analyst"
    r"|director\sof|к\.\s?\w{1,6}\.\s?н|д\.\s?\w{1,6}\.\s?н|кандидат\s\w+\sнаук|доктор\s\w+\sнаук|профессор|доцент|научный\sсотрудник|обозреватель)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE_END: Final = (".", "!", "?", "…", ";", ",", ":", ".”", ".»", '."', ".)", "!»", "?»", "?”", "!”", "]")
_LONGEST_HEADING: Final = 120
_LONGEST_BYLINE: Final = 240
_LONGEST_FURNITURE: Final = 120


class ParagraphKind(StrEnum):
    """Stored with a snapshot and shown in the reading view."""

    BODY = "body"
    HEADING = "heading"
    BYLINE = "byline"
    CHROME = "chrome"
    REPEAT = "repeat"


def classify(paragraphs: Sequence[str], headings: frozenset[int] = frozenset()) -> list[ParagraphKind]:
    """Tell the kind of each paragraph. ``headings``: indexes of those the markup calls headings."""
    kinds = [ParagraphKind.CHROME if is_furniture(text) else ParagraphKind.BODY for text in paragraphs]
    _mark_headings(paragraphs, kinds, headings)
    _mark_bylines(paragraphs, kinds, headings)
    _mark_tail(paragraphs, kinds)
    return kinds


def is_furniture(text: str) -> bool:
    """Whether most lines are the furniture of a web page: print, rate, share, votes, a poll, lists of audiences."""
    # Only the beginning is looked at closely: furniture is short.
    lines = [line.strip() for line in text[:20_000].split("\n") if line.strip()]
    if len(lines) != 1 and sum(1 for line in lines if _COUNT.fullmatch(line[:_LONGEST_FURNITURE])) >= 2:  # noqa: PLR2004 - a poll has two answers
        return True
    matching = sum(1 for line in lines if len(line) <= _LONGEST_FURNITURE and _FURNITURE.fullmatch(line))
    return 2 * matching > len(lines)


def _mark_headings(paragraphs: Sequence[str], kinds: list[ParagraphKind], headings: frozenset[int]) -> None:
    # Walked backwards: a heading is followed by text, or by a heading that is.
    text_follows = False
    for index in range(len(paragraphs) - 1, -1, -1):
        if index in headings and kinds[index] is ParagraphKind.BODY:
            kinds[index] = ParagraphKind.HEADING
        elif kinds[index] is ParagraphKind.BODY and _is_title(paragraphs[index]):
            if text_follows:
                kinds[index] = ParagraphKind.HEADING
        elif kinds[index] is ParagraphKind.BODY:
            text_follows = True


def _is_title(text: str) -> bool:
    if "\n" in text or len(text) > _LONGEST_HEADING or text.endswith(_SENTENCE_END):
        return False
    first = next((letter for letter in text if letter.isalnum()), "")
    return bool(first) and not first.islower() and not text.startswith(("-", "–", "—", "*", "•", "“", "«", '"'))


def _mark_bylines(paragraphs: Sequence[str], kinds: list[ParagraphKind], headings: frozenset[int]) -> None:
    for index, text in enumerate(paragraphs):
        if kinds[index] is ParagraphKind.CHROME:
            continue
        short = len(text) <= _LONGEST_BYLINE and not text.endswith(_SENTENCE_END)
        if short and index not in headings and _BYLINE.fullmatch(text):
            kinds[index] = ParagraphKind.BYLINE
        elif kinds[index] is ParagraphKind.BODY:
            return


def _mark_tail(paragraphs: Sequence[str], kinds: list[ParagraphKind]) -> None:
    # Short lines without a sentence after the last furniture of the page belong to it.
    last = len(paragraphs) - 1
    while last >= 0 and (kinds[last] is ParagraphKind.CHROME or _is_title(paragraphs[last])):
        last -= 1
    tail = range(last + 1, len(paragraphs))
    if any(kinds[index] is ParagraphKind.CHROME for index in tail):
        for index in tail:
            if kinds[index] is ParagraphKind.BODY:
                kinds[index] = ParagraphKind.CHROME

"""Whether a sentence says that something should be done, and by which words: modal and deontic patterns, no more.

It reads single sentences and knows no grammar: a person decides what is tracked, this says where to look.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_ADVERBS: Final = (
    r"(?:\s+(?:also|thus|therefore|now|then|most|more|very|so|particularly|especially|equally|clearly|only))*"
)
_GOOD: Final = (
    r"(?:important|necessary|essential|advisable|imperative|vital|crucial|critical|desirable|expedient|urgent|wise"
    r"|worthwhile|reasonable|appropriate|sensible|prudent|indispensable|incumbent\s+on\s+\w+|high\s+time|time|better"
    r"|best|useful)"
)
_INFINITIVE: Final = r"[^\W\d_]{2,}(?<!ос)(?:ть|ти|чь)(?:ся|сь)?\b"
_WORDS: Final = r"(?:\s+[\w-]+){0,4}?"
_WHO: Final = r"(?:i|we|authors?|report|paper|study|commission|committee|experts?)"

_SAID: Final = {
    # English
    "should": r"(?:should(?:n['’]t)?)\b(?!\s+(?:not\s+)?have\b)",
    "must": r"(?<!\ba )\bmust(?:n['’]t)?\b(?!\s+(?:not\s+)?have\b)",
    "ought": r"ought\s+(?:not\s+)?to\b(?!\s+have\b)",
    "need": r"(?<!\bthe )(?<!\ba )\bneeds?\s+to\b",
    "need_of": r"there\s+(?:is|are)\s+(?:now\s+|also\s+)?(?:an?\s+|every\s+)?(?:(?!no\b)[\w-]+\s+){0,2}?need\s+(?:to|for)\b",
    "needed": rf"(?:is|are){_ADVERBS}\s+(?:(?:urgently|badly|sorely|still)\s+)?(?:needed|required)\b(?!\s+(?:by|under)\b)",
    "have_to": r"(?:have|has)\s+to\b(?!\s+(?:do|offer|say)\b)",
    "it_is": rf"it\s+(?:is|would\s+be|will\s+be|seems|appears|becomes|remains){_ADVERBS}\s+{_GOOD}"
    r"(?:\s+for\s+(?:[\w’'-]+\s+){1,8}?|\s+)(?:to|that)\b",
    "it_makes_sense": r"it\s+(?:makes|would\s+make|may\s+make)\s+sense\s+(?:for\s+(?:[\w’'-]+\s+){1,8}?)?to\b",
    "it_is_worth": r"it\s+(?:is|would\s+be|may\s+be)\s+worth\s+(?=\w+ing\b)",
    "recommend": rf"{_WHO}\s+(?:\w+ly\s+|would\s+|also\s+|therefore\s+)?(?:recommend|propose|suggest|urge|advise|advocate)s?\b",
    "recommended": r"(?:is|are)\s+(?:\w+ly\s+|also\s+)?(?:recommended|proposed|advised|suggested)\b",
    "call_for": r"(?:(?:we|i)\s+call|(?<!\bthe )(?<!\ba )\bcalls)\s+(?:for|on|upon)\b",
    "require": r"requires?\s+(?:an?\s+)?(?:urgent|immediate|special|serious|closer|greater|joint|coordinated|further|prompt)\b",
    "merit": r"(?:merit|deserve|warrant)s?\s+(?:[\w-]+\s+){0,2}?(?:attention|consideration|study|support|examination)\b",
    "had_better": r"had\s+better\b|\bwould\s+do\s+well\s+to\b",
    "let_us": r"let(?:\s+us|['’]s)\b",
    "solution": r"(?:solution|option|way|step|answer|remedy|measure|priority)\b(?:\s+[\w-]+){0,6}?"
    r"\s+(?:could|would|might|may)\s+(?:therefore\s+|also\s+)?be\s+to\b",
    # Russian
    "следует": rf"следует(?:\s+бы)?(?:\s+[\w-]+){{0,3}}?\s+{_INFINITIVE}|\bследовало\s+бы\b",
    "надо": rf"(?:надо|надлежит)(?!\s+было\b){_WORDS}\s+{_INFINITIVE}",
    "необходимо": rf"(?:необходимо|нужно)(?!\s+было\b)(?:,\s+чтобы\b|{_WORDS}\s+{_INFINITIVE})",
    "нужен": r"(?:необходим[аы]?|нужн[аы]|нужен)\b(?!\s+(?:был[аио]?|для)\b)",
    "должен": r"долж(?:ен|на|но|ны)\b(?!\s+был[аио]?\b)(?!\s+быть\s*,)(?=\s+\w)",
    "важно": rf"(?:важно|целесообразно|желательно|разумно)(?!\s+было\b)(?:\s+бы(?:ло\s+бы)?)?(?:,\s+чтобы\b|{_WORDS}\s+{_INFINITIVE})",
    "было_бы": rf"(?:было|стало)\s+бы\s+(?:\w+\s+)?(?:важно|целесообразно|желательно|полезно|разумно|правильно|логично){_WORDS}\s+{_INFINITIVE}",
    "представляется": r"представляется\s+(?:\w+\s+)?(?:важным|целесообразным|необходимым|желательным|полезным|разумным)\b",
    "рекомендуется": r"(?:рекомендуется|рекомендуем|предлагается|предлагаем|призываем|советуем)\b",
    "требуется": r"требу(?:ется|ются)\b|\bтребует\s+(?:срочн|немедленн|особ|серь[её]зн|дальнейш|совместн)\w+",
    "стоит": rf"стоит(?:\s+бы)?(?:\s+[\w-]+){{0,2}}?\s+{_INFINITIVE}|\bстоило\s+бы\b",
    "пора": rf"пора(?:\s+[\w-]+){{0,2}}?\s+{_INFINITIVE}",
    "заслуживает": r"заслужива[ею]т\s+(?:[\w-]+\s+){0,2}?(?:внимания|рассмотрения|поддержки|изучения)\b",
    "давайте": r"давайте\b",
    "решением": rf"(?:решением|вариантом|выходом|шагом|мерой){_WORDS}\s+(?:могл[аои]\s+бы|мог\s+бы|может|могут)\s+(?:стать|быть)\b",
}
_PATTERNS: Final = tuple((name, re.compile(rf"\b(?:{said})", re.IGNORECASE)) for name, said in _SAID.items())

# A forbidding is a prescription too; the others say with a "not" before them that nothing is asked.
_FORBIDS: Final = frozenset({"следует", "надо", "должен", "стоит"})
_NOT: Final = re.compile(r"(?:\b(?:not|no|never|nor|hardly|longer|не|нет|ни|без)|n['’]t)\s+\Z", re.IGNORECASE)
# What only announces what is said next: "it should be noted that", "it is important to understand", "следует отметить".
_ANNOUNCES: Final = re.compile(
    r"\s*(?:also\s+)?(?:be\s+)?(?:also\s+)?(?:not\s+)?(?:"
    r"not(?:e|ed|ing)|stress(?:ed|ing)?|emphasi[sz](?:e|ed|ing)|mention(?:ed|ing)?|remember(?:ed|ing)?|recall(?:ed|ing)?"
    r"|add(?:ed|ing)?|point(?:ed|ing)?\s+out|underlin(?:e|ed|ing)|highlight(?:ed|ing)?|understand|understood|realize|realise"
    r"|sa(?:y|id|ying)|admit(?:ted)?|acknowledged?|bear\s+in\s+mind|borne\s+in\s+mind|kee?pt?\s+in\s+mind|forg(?:et|otten)"
    r"|assume|suppose|imagine|hope|turn\s+to|look\s+at|see|expect|believe|conclude|ask|wonder|surprise|surprised|clear"
    r")\b",
    re.IGNORECASE,
)
_ANNOUNCES_RU: Final = re.compile(
    r"(?:отме[тч]|подчеркн|подчеркив|напомн|упомян|замет|указ|сказ|добав|призна|помн|поним|понять|забыв|забы|полага|думать"
    r"|ожида|предполож|иметь\s+в\s+виду|обратить\s+внимание|оговор|удивля|поясн|уточн|констатир)\w*\Z",
    re.IGNORECASE,
)
# Inside a condition nothing is asked for: "if the parties must leave", "unless there is a need to".
_CONDITION: Final = re.compile(r"\b(?:if|whether|unless|lest|если|коль|ли)\b[^,;:.]*\Z", re.IGNORECASE)
_WINDOW: Final = 160
_QUESTION: Final = re.compile(r"\?[\"'”»’)\]!.?…]*\s*\Z")


@dataclass(frozen=True, slots=True)
class Prescription:
    """Why a sentence counts as prescriptive: the name of the pattern, and the characters of the sentence it matched."""

    pattern: str
    start: int
    end: int


def find(sentence: str) -> Prescription | None:
    """Give the first reason to take a sentence as saying what should be done, or None."""
    if _QUESTION.search(sentence[-12:]):
        return None
    return min(_reasons(sentence), key=lambda reason: (reason.start, reason.end), default=None)


def _reasons(sentence: str) -> Iterator[Prescription]:
    for name, pattern in _PATTERNS:
        for found in pattern.finditer(sentence):
            if _asks(name, sentence, found):
                yield Prescription(name, *found.span())
                break


def _asks(name: str, sentence: str, found: re.Match[str]) -> bool:
    before = sentence[max(0, found.start() - _WINDOW) : found.start()]
    if name == "should" and not before.strip():
        return False  # "Should the parties agree, …" is a condition, too
    if _CONDITION.search(before) or (name not in _FORBIDS and _NOT.search(before)):
        return False
    rest = sentence[found.end() : found.end() + _WINDOW]
    return not (_ANNOUNCES.match(rest) or _ANNOUNCES_RU.search(found[0]))

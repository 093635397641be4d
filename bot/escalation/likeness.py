"""By which words is a case found again that somebody reports anew? Pure: texts in, words out.

`words` is what a text is about; `terms` is what is kept of a case to be looked up: its words, each under its service, so that a look-up
never walks through the cases of another one. Only what may be shown to anybody is ever kept (`kept`): no private case, nothing that was
withdrawn, declined or merged.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.escalation.case import Case
from bot.escalation.words import Kind, Outcome, ServiceId

MOST_WORDS = 40
MOST_TERMS = 60
MOST_READ = 1000  # characters: ten thousand of them must not hold everybody else up
COMES_BACK = (Outcome.FIXED, Outcome.UNCONFIRMED)
"""What a closed case ended as, if the same report again means that it is not over."""

# What says how somebody feels about a thing, not which thing; "does not work" is said of all of them.
_TOO_COMMON = (
    "a about after again all also am an and any are as asked at be because been broken but by can cannot cant could did do "
    "does doesnt dont down every few for from get gets got had has have having he help her his how i if in into is isnt it "
    "its just me my no not now of off on or our out please problem since so some still than that the their them then there "
    "these they this time times to too up us very was we were what when where which while who why will with wont work worked "
    "working works would you your"
)
_COMMON = frozenset(_TOO_COMMON.split())
# Scripts that are written without spaces: South-East Asian ones, then Chinese, Japanese and what goes with them.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def kept(case: Case) -> bool:
    """Tell whether a case is to be found by its words: a public problem that is live, or was closed as fixed or unconfirmed."""
    return case.kind is Kind.PROBLEM and not case.private and (case.live or case.outcome in COMES_BACK)


def said(title: str, text: str) -> str:
    """Return title and text; the title is left out where it is only the beginning of the text."""
    return text if text.startswith(title.removesuffix("…")) else f"{title}\n{text}"


def terms(service: ServiceId, text: str) -> tuple[str, ...]:
    """Return what a text of a service is looked up by, in order and each once: `billing/meter`. None holds a space or a quote."""
    found = (part for word in sorted(words(text)) for part in _parts(word))
    return tuple(islice(dict.fromkeys(f"{service}/{part}" for part in found), MOST_TERMS))


def telling(found: Iterable[str], most: int) -> tuple[str, ...]:
    """Return the terms that probably say most, to look up: those with numbers, then the longest, which are the rarest."""
    return tuple(sorted(found, key=lambda term: (not is_number(term.partition("/")[2]), -len(term), term))[:most])


def words(text: str) -> frozenset[str]:
    """Return the words that say what it is about, without case, punctuation and endings; "9,000" is 9000."""
    plain = unicodedata.normalize("NFKC", text[:MOST_READ]).casefold()
    joined = re.sub(r"(?<=\d)[.,](?=\d)|(?<=\w)['\u2019-](?=\w)", "", plain)
    telling_ones = (word[0] for word in re.finditer(r"\w+", joined) if word[0] not in _COMMON)
    return frozenset(map(_stem, islice(telling_ones, MOST_WORDS)))


def is_number(word: str) -> bool:
    """Tell whether a word has a digit: numbers are right or wrong, never nearly right."""
    return any(sign.isdigit() for sign in word)


def _stem(word: str) -> str:
    """Take an ending off: "swapped" is "swap", "jams" is "jam"."""
    return re.sub(r"([^\W\d])\1$", r"\1", re.sub(r"(?<=[^\W\d]{3})(?:ing|ed|es|s)$", "", word))


def _parts(word: str) -> Iterator[str]:
    """Yield a word; of a script without spaces, where a word is a whole sentence, its pairs of signs."""
    if len(word) > 2 and _UNSPACED.search(word):
        yield from (word[start : start + 2] for start in range(len(word) - 1))
    else:
        yield word

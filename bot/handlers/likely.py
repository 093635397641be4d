"""Has somebody reported this already? Offers the cases that a new report looks the same as, once it is in.

Only a hint, so it errs towards saying nothing, and costs a bounded look: the latest live cases of the same service. What is alike is
decided by `alike`, a plain function of texts; what it is compared with is `others_like` of the store.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

from rapidfuzz import fuzz, process

from bot.chat import Reply
from bot.escalation.case import Case
from bot.escalation.roles import on_it
from bot.escalation.words import CaseId
from bot.handlers.turn import Turn
from bot.wording.likely import join, looks_the_same

MOST_COMPARED = 200
MOST_OFFERED = 3
ENOUGH = 0.7  # of the words of both; found with the examples in tests/handlers/test_likely.py
_SAME_WORD = 80  # of 100: one wrong letter in five
_MOST_WORDS = 40
_MOST_READ = 1000  # characters: ten thousand of them must not hold everybody else up

# What says how somebody feels about a thing, not which thing; "does not work" is said of all of them.
_TOO_COMMON = (
    "a about after again all also am an and any are as asked at be because been broken but by can cannot cant could did do "
    "does doesnt dont down every few for from get gets got had has have having he help her his how i if in into is isnt it "
    "its just me my no not now of off on or our out please problem since so some still than that the their them then there "
    "these they this time times to too up us very was we were what when where which while who why will with wont work worked "
    "working works would you your"
)
_COMMON = frozenset(_TOO_COMMON.split())


async def offered(turn: Turn, case: Case, receipt: Reply) -> Reply:
    """Return the receipt of a case that was just opened, with what may be the same problem under it."""
    same = await _likely(turn, case)
    lines = tuple(looks_the_same(like, case) for like in same)
    return replace(receipt, lines=(*receipt.lines, *lines), buttons=(*receipt.buttons, *map(join, same)))


async def _likely(turn: Turn, case: Case) -> list[Case]:
    """Return what could be offered: never a private case, nor anything for one, nor what the reporter is on already."""
    if case.private:
        return []
    others = await turn.tx.others_like(case, turn.by, MOST_COMPARED)
    said = {number: _said(*other) for number, other in others.items()}
    found = [await turn.tx.case(number) for number in alike(case.id, said | {case.id: _said(case.title, case.text)})]
    # Once more on the whole case: a deputy is on what they answer for, and no query may ever show what is private.
    return [like for like in found if like and like.live and not like.private and not on_it(turn.by, like, turn.org, turn.now)]


def alike(case: CaseId, texts: Mapping[CaseId, str]) -> list[CaseId]:
    """Return which of the other texts say the same as this case's, the likeliest first, of equals the oldest."""
    words = {number: _words(text) for number, text in texts.items()}
    mine = words.pop(case)
    twins = _twins(mine, {word for theirs in words.values() for word in theirs})
    scores = {number: _shared(mine, theirs, twins) for number, theirs in words.items()}
    likely = sorted((-score, number) for number, score in scores.items() if score >= ENOUGH)
    return [number for _, number in likely[:MOST_OFFERED]]


def _said(title: str, text: str) -> str:
    """Return title and text; the title is left out where it is only the beginning of the text."""
    return text if text.startswith(title.removesuffix("…")) else f"{title}\n{text}"


def _words(text: str) -> frozenset[str]:
    """Return the words that say what it is about, without case, punctuation and endings; "9,000" is 9000."""
    plain = unicodedata.normalize("NFKC", text[:_MOST_READ]).casefold()
    joined = re.sub(r"(?<=\d)[.,](?=\d)|(?<=\w)['\u2019-](?=\w)", "", plain)
    telling = (word[0] for word in re.finditer(r"\w+", joined) if word[0] not in _COMMON)
    return frozenset(map(_stem, islice(telling, _MOST_WORDS)))


def _stem(word: str) -> str:
    """Take an ending off: "swapped" is "swap", "jams" is "jam"."""
    return re.sub(r"([^\W\d])\1$", r"\1", re.sub(r"(?<=[^\W\d]{3})(?:ing|ed|es|s)$", "", word))


def _twins(words: Iterable[str], vocabulary: set[str]) -> dict[str, frozenset[str]]:
    """Return for each word what it may have been misspelt as. Numbers are right or wrong, never nearly right."""
    # Few misspell the first letter, and comparing with every word of 200 long reports would take a tenth of a second.
    by_first = defaultdict[str, list[str]](list)
    for word in vocabulary:
        by_first[word[0]].append(word)
    return {word: frozenset({word, *_near(word, by_first[word[0]])}) for word in words}


def _near(word: str, known: list[str]) -> Iterable[str]:
    found = process.extract(word, known, scorer=fuzz.ratio, score_cutoff=_SAME_WORD, limit=None)
    return (near for near, *_ in found if not _number(word) and not _number(near))


def _shared(mine: frozenset[str], theirs: frozenset[str], twins: Mapping[str, frozenset[str]]) -> float:
    """Return how much of both is in both, from 0 to 1."""
    # Room 12 is not room 14, so numbers count double; but who leaves the number out may well mean the same room.
    number = 2 if any(map(_number, mine)) and any(map(_number, theirs)) else 0
    in_mine = {word for word in mine if twins[word] & theirs}
    in_theirs = theirs & frozenset().union(*twins.values())
    whole = _weight(mine, number) + _weight(theirs, number)
    return (_weight(in_mine, number) + _weight(in_theirs, number)) / whole if whole else 0


def _weight(words: Iterable[str], number: int) -> int:
    return sum(number if _number(word) else 1 for word in words)


def _number(word: str) -> bool:
    return any(sign.isdigit() for sign in word)

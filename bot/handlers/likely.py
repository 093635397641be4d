"""Has somebody reported this already? Offers the cases that a new report looks the same as, once it is in.

Only a hint, so it errs towards saying nothing: the store finds some dozen cases that share its words, at a cost that does not grow with all
cases, and `alike`, a plain function of texts, decides which of them say the same. It is looked up after the commit: whoever reports, and
whoever waits to write, must not wait for a hint.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.chat import Line, Reply
from bot.escalation.case import Case
from bot.escalation.likeness import COMES_BACK, is_number, kept, said, words
from bot.escalation.roles import on_it
from bot.escalation.words import CaseId
from bot.handlers import causes
from bot.wording.causes import known as known_cause
from bot.wording.likely import again, comes_back, join, looks_the_same

if TYPE_CHECKING:
    from bot.handlers.turn import Scene

MOST_COMPARED = 20
MOST_OFFERED = 3
ENOUGH = 0.7  # of the words of both; found with the examples in tests/handlers/test_likely.py
_SAME_WORD = 80  # of 100: one wrong letter in five


async def offered(scene: "Scene", case: Case, receipt: Reply) -> Reply:
    """Return the receipt of a case that was just opened, with what may be the same problem under it."""
    found = await likely(scene, case)
    same = [like for like in found if _offerable(like, case, scene)][:MOST_OFFERED]
    known = await causes.got_round(scene.reading, found)
    lines: tuple[Line, ...] = tuple(looks_the_same(like, case) if like.live else comes_back(like, case) for like in same)
    lines += (known_cause(*known),) if known is not None else ()
    buttons = tuple(join(like) if like.live else again(like, case) for like in same)
    # The receipt says who has it and what comes next; with anything besides, the reporter has to read the answer as well.
    return replace(receipt, lines=(*receipt.lines, *lines), buttons=(*receipt.buttons, *buttons), told=receipt.told and not lines)


async def likely(scene: "Scene", case: Case) -> list[Case]:
    """Return what says the same, the likeliest first: never a private case, nor anything for one."""
    if not kept(case):
        return []
    others = await scene.reading.like(case, scene.now - scene.org.rules.again_within, MOST_COMPARED)
    texts = {number: said(*other) for number, other in others.items()} | {case.id: said(case.title, case.text)}
    found = [await scene.reading.case(number) for number in islice(alike(case.id, texts), 2 * MOST_OFFERED)]
    # Once more on the whole case: no query may ever show what is private.
    return [like for like in found if like is not None and kept(like) and scene.by not in like.concerned]


def _offerable(like: Case, case: Case, scene: "Scene") -> bool:
    if like.id in case.absorbed:
        return False
    # On the whole case: a deputy is on what they answer for.
    return not on_it(scene.by, like, scene.org, scene.now) if like.live else like.outcome in COMES_BACK


def alike(case: CaseId, texts: Mapping[CaseId, str]) -> list[CaseId]:
    """Return which of the other texts say the same as this case's, the likeliest first, of equals the oldest."""
    about = {number: words(text) for number, text in texts.items()}
    mine = about.pop(case)
    twins = _twins(mine, {word for theirs in about.values() for word in theirs})
    scores = {number: _shared(mine, theirs, twins) for number, theirs in about.items()}
    same = sorted((-score, number) for number, score in scores.items() if score >= ENOUGH)
    return [number for _, number in same]


def _twins(words: Iterable[str], vocabulary: set[str]) -> dict[str, frozenset[str]]:
    """Return for each word what it may have been misspelt as. Numbers are right or wrong, never nearly right."""
    # Few misspell the first letter, and comparing with every word of 200 long reports would take a tenth of a second.
    by_first = defaultdict[str, list[str]](list)
    for word in vocabulary:
        by_first[word[0]].append(word)
    return {word: frozenset({word, *_near(word, by_first[word[0]])}) for word in words}


def _near(word: str, known: list[str]) -> Iterable[str]:
    found = process.extract(word, known, scorer=fuzz.ratio, score_cutoff=_SAME_WORD, limit=None)
    return (near for near, *_ in found if not is_number(word) and not is_number(near))


def _shared(mine: frozenset[str], theirs: frozenset[str], twins: Mapping[str, frozenset[str]]) -> float:
    """Return how much of both is in both, from 0 to 1."""
    # Room 12 is not room 14, so numbers count double; but who leaves the number out may well mean the same room.
    number = 2 if any(map(is_number, mine)) and any(map(is_number, theirs)) else 0
    in_mine = {word for word in mine if twins[word] & theirs}
    in_theirs = theirs & frozenset().union(*twins.values())
    whole = _weight(mine, number) + _weight(theirs, number)
    return (_weight(in_mine, number) + _weight(in_theirs, number)) / whole if whole else 0


def _weight(words: Iterable[str], number: int) -> int:
    return sum(number if is_number(word) else 1 for word in words)

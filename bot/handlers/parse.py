"""What verb, of which case, with which words? The grammar of `/case VERB [C-42] words`, pure: no text makes it fail.

The same grammar serves slash commands, mentions and direct messages. `C-42`, `c42`, `#42` and `42` name a case, right after the
verb or before it; `/case 42` shows it. A verb is known by a few other names too, all of them in `OTHER_NAMES`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rapidfuzz import fuzz, process

from bot.escalation.words import CaseId
from bot.handlers.codes import meant_as_code
from bot.wording.people import named_platform

VERBS = (
    "report", "show", "list", "mine", "metoo", "key", "chase", "note", "ack", "promise", "ask", "answer", "handover", "accept", "decline",
    "take", "resolve", "confirm", "reopen", "stillfixed", "escalate", "moretime", "withdraw", "merge", "again", "cost", "severity",
    "consent", "undo", "lacked", "renew", "time", "remedy", "remedies", "outcome", "cause", "away", "back", "link", "prefer", "digest",
    "help", "routes", "dead", "announce", "announced",
)  # fmt: skip

# What people say instead, and the words on buttons. Spaces, hyphens and underscores do not count.
OTHER_NAMES = {
    "acknowledge": "ack",
    "acknowledged": "ack",
    "handoff": "handover",
    "fixed": "confirm",
    "stillbroken": "reopen",
    "givemoretime": "moretime",
    "givetime": "moretime",
    "needhelp": "escalate",
    "setseverity": "severity",
    "recordcost": "cost",
    "notacase": "undo",
    "cases": "list",
    "prefers": "prefer",
    "route": "routes",
    "deadlink": "dead",
    "deadroute": "dead",
    "announcements": "announced",
}
# Words that are no verb because they could mean several; what is nearest to them.
NEAREST = {"close": "confirm", "assign": "handover", "done": "resolve", "solved": "resolve", "status": "show", "comment": "note"}

# These name no case.
_FREE = frozenset({"report", "list", "mine", "away", "back", "link", "prefer", "digest", "help", "routes", "dead", "announce", "announced"})
_CASE = re.compile(r"(?:c-?|#)?([0-9]{1,9})[:,]?", re.IGNORECASE)
# Somebody who writes this means a case, though none is called that: it must not be taken for another one, nor for words about it.
_MISWRITTEN = re.compile(r"c-[-+.]?[0-9][^\s]*", re.IGNORECASE)
_WRITTEN = re.compile(r"(?:c-?|#)[0-9]{1,9}[:,]?", re.IGNORECASE)
_DATE_WORD = re.compile(
    r"(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|(?:may|st|nd|rd|th|am|pm|h|d|min|minutes?|hours?|days?|weeks?|o'?clock|uhr)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[^\w-]?[0-9][0-9.,]*[^\w]?")


# What begins with these words is a command only with what belongs to it: "link to the form is broken" is a report.
_ONLY_WITH: Mapping[str, Callable[[str], bool]] = {
    "link": lambda rest: rest.lower() == "undo" or meant_as_code(rest),
    "prefer": lambda rest: named_platform(rest) is not None,
    "routes": lambda rest: False,
    "announced": lambda rest: False,
    "announce": lambda rest: re.search(r":\s", rest) is not None or re.match(r"A-?[0-9]", rest, re.IGNORECASE) is not None,
    "dead": lambda rest: len(rest.split()) == 1 or re.match(r"[^:]{1,60}:\s", rest) is not None,
}


@dataclass(frozen=True, slots=True)
class Command:
    """A verb, the case that it names, and the rest as it was typed."""

    verb: str
    case: CaseId | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class NoVerb:
    """The first word is no verb; what it may have been meant as."""

    word: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class NoCase:
    """What stands where a case is named is no name of a case."""

    word: str


def verb_named(word: str) -> str | None:
    """Return the verb that a word or a button's id stands for."""
    plain = re.sub(r"[\s_-]+", "", word).lower()
    return plain if plain in VERBS else OTHER_NAMES.get(plain)


def parse(text: str) -> Command | NoVerb | NoCase:
    """Read what stands after `/case`. Nothing there asks for help; a case alone is to be shown."""
    rest = text.strip()
    if not rest:
        return Command("help")
    first, after = _first_word(rest)
    if (case := _case_in(first)) is not None:
        return _case_first(case, after)
    if _MISWRITTEN.fullmatch(first):
        return NoCase(first)
    verb, after = _verb_first(rest)
    if verb is None:
        return NoVerb(first[:40], _nearest(first))
    return _with_case(verb, after)


def slash(text: str) -> tuple[str, str] | None:
    """Return the name of a slash command and what follows it; None if the text is none."""
    match = re.match(r"/(\w[\w-]*)(?:\s+|$)", text.lstrip())
    return (match[1].lower(), text.lstrip()[match.end() :].strip()) if match else None


def begins_with_verb(text: str) -> Literal["no", "bare", "words"]:
    """Tell whether a message begins with a verb: the verb alone or with a case or a code, or with more words than that."""
    verb, after = _verb_first(text.strip())
    if verb is None:
        return "no"
    if after and verb in _ONLY_WITH:
        # In a thread too: a code must not become a note that others read.
        return "bare" if _ONLY_WITH[verb](after) else "no"
    return "bare" if not after or _case_in(_first_word(after)[0]) is not None else "words"


def case_named(text: str) -> CaseId | None:
    """Return the case that a text names and nothing else."""
    return _case_in(text.strip())


def _case_first(case: CaseId, after: str) -> Command:
    verb, words = _verb_first(after)
    if verb is None or verb in _FREE:
        return Command("show", case) if not after else Command("note", case, after)
    return Command(verb, case, words)


def _verb_first(text: str) -> tuple[str | None, str]:
    """The verb at the beginning, in up to three words ("me too", "give more time"), and the rest."""
    found: tuple[str | None, str] = (None, text)
    for match in islice(re.finditer(r"\S+", text), 3):
        verb = verb_named(text[: match.end()].rstrip(":,.!"))
        if verb is not None:
            found = (verb, text[match.end() :].strip())
    return found


def _with_case(verb: str, after: str) -> Command | NoCase:
    first, rest = _first_word(after)
    if verb not in _FREE and _case_in(first) is None and _MISWRITTEN.fullmatch(first):
        return NoCase(first)
    case = None if verb in _FREE else _case_in(first)
    if case is None or (not _WRITTEN.fullmatch(first) and _is_amount(verb, rest)):
        return Command(verb, None, after)
    return Command(verb, case, rest)


def _is_amount(verb: str, rest: str) -> bool:
    """Tell whether a bare number before these words is an amount or a day rather than a case: "cost 120 billing"."""
    following = _first_word(rest)[0]
    if verb == "cost":
        return not _NUMBER.fullmatch(following)
    return verb in ("promise", "moretime") and bool(_DATE_WORD.match(following))


def _case_in(word: str) -> CaseId | None:
    match = _CASE.fullmatch(word)
    # Numbers begin at 1; other digits that Python counts as numbers do not get here.
    return CaseId(int(match[1])) if match and int(match[1]) > 0 else None


def _first_word(text: str) -> tuple[str, str]:
    match = re.match(r"(\S*)\s*(.*)", text.strip(), re.DOTALL)
    return (match[1], match[2]) if match else ("", "")


def _nearest(word: str) -> str | None:
    plain = re.sub(r"[\s_-]+", "", word).lower()[:40]
    if plain in NEAREST:
        return NEAREST[plain]
    found = process.extractOne(plain, (*VERBS, *OTHER_NAMES), scorer=fuzz.ratio, score_cutoff=60)
    return (verb_named(found[0]) or None) if found else None

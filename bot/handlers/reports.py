"""What is a report about? The words before the colon, else the keywords in it, else the service that takes the rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.escalation.org import Org, Service
from bot.escalation.words import PersonId, ServiceId
from bot.handlers.names import leading, people_by_name, remembered, services_by_name

LONGEST_TITLE = 200

_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TIMES = {"once": 1, "twice": 2, "thrice": 3} | {f"{word} times": count for count, word in enumerate(_COUNTED, start=1)}
_ASKED = re.compile(rf"\basked\s+(?:(?P<number>[0-9]{{1,3}})\s*(?:x|\xd7|times)(?!\w)|(?P<word>{'|'.join(_TIMES)})\b)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the words before the colon say."""

    text: str
    service: ServiceId | None = None
    severity: str | None = None
    private: bool = False
    concerned: tuple[PersonId, ...] = ()


def heading(words: str, org: Org) -> Heading:
    """Split "private billing critical: meter swapped". If any word before the colon is unknown, all of it is text."""
    leads, text = _leading_private(words)
    before, colon, after = text.partition(":")
    found = _known(before, org) if colon and "\n" not in before and len(before) <= LONGEST_TITLE else None
    if found is None:
        return Heading(text.strip(), private=leads)
    return Heading(after.strip(), found.service, found.severity, found.private or leads, found.concerned)


def service_of(text: str, org: Org) -> ServiceId | None:
    """Return the service whose keywords fit best: the most of them, then the longest, then the first in the file; else the default."""
    best: tuple[int, int] = (0, 0)
    service = next((s.id for s in org.services.values() if s.default), None)
    for candidate in org.services.values():
        score = _score(candidate, text)
        if score > best:
            best, service = score, candidate.id
    return service


def asked_before(text: str) -> int:
    """Return how often the reporter says they had asked already: "asked 6x", "asked twice"."""
    match = _ASKED.search(text)
    if match is None:
        return 0
    return int(match["number"]) if match["number"] else _TIMES[" ".join(match["word"].lower().split())]


def title_of(text: str) -> str:
    """Return the first sentence, or as much of it as a title holds; the whole stays in the text."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    sentence = _SENTENCE.split(line, maxsplit=1)[0] if len(line) > LONGEST_TITLE else line
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    cut = sentence[: LONGEST_TITLE - 1]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut[LONGEST_TITLE // 2 :] else cut}…"


def _leading_private(words: str) -> tuple[bool, str]:
    # Without a colon too: a report that was meant to be private must never become public by a slip in punctuation.
    match = re.match(r"private\b[\s,:]*", words, re.IGNORECASE)
    return (True, words[match.end() :]) if match else (False, words)


def _known(before: str, org: Org) -> Heading | None:
    """Read the words before the colon, all of which must be known; empty words are unknown."""
    found, rest = Heading(""), before.strip()
    names = _names(org)
    while rest:
        step = leading(rest, names)
        if step is None:
            return None
        found, rest = _with(found, step[0], step[1], org)
    return found if before.strip() else None


@remembered
def _names(org: Org) -> Mapping[str, ServiceId]:
    # The kinds of words are told apart by a prefix that no id can have.
    services = {name: ServiceId(f"service {service}") for name, service in services_by_name(org).items() if name}
    others = {word: ServiceId(word) for word in ("private", "concerning")}
    return others | {s.lower(): ServiceId(f"severity {s}") for s in org.severities} | services


def _with(found: Heading, word: str, rest: str, org: Org) -> tuple[Heading, str]:
    kind, _, name = word.partition(" ")
    service, severity, private, concerned = found.service, found.severity, found.private, found.concerned
    if kind == "service":
        service = ServiceId(name)
    elif kind == "severity":
        severity = name
    elif kind == "private":
        private = True
    elif (person := leading(rest, people_by_name(org))) is not None:
        # Whom it concerns must not see it, so naming somebody makes it private.
        concerned, rest, private = (*concerned, person[0]), person[1], True
    else:
        rest = f"? {rest}"  # unknown to every list: the whole heading is text
    return Heading("", service, severity, private, concerned), rest


def _score(service: Service, text: str) -> tuple[int, int]:
    matched = [word for word in service.keywords if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)]
    return len(matched), sum(map(len, matched))

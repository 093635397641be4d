"""Which slash commands are there in Discord, with which options, and what does one ask for? One table, pure.

Discord lets a command have 25 subcommands. `/case` has the verbs about cases; those about a person stand beside it, as `/report` does.
Every verb can also be typed in words, in a direct message or after a mention.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Type = Literal["text", "case", "service", "person", "severity", "number", "flag", "kind"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A slash command: its verb, the case as it was typed, the values of its form that were given, and the words of a verb without one."""

    verb: str
    case: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command. `name` is what it is called in Discord, `field` the name of the form's field."""

    name: str
    type: Type
    says: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """One command. `plain` if it has no form: its options are the words after the verb."""

    says: str
    options: tuple[Option, ...] = ()
    plain: bool = False


CASE = Option("case", "case", "Which case, such as C-42; left out, the one of this thread, or your only one")
_WHY = Option("why", "text", "Why? The others read this")
_REPORT = (
    Option("what", "text", "What is wrong?", "text"),
    Option("service", "service", "What is it about?"),
    Option("severity", "severity", "How bad is it?"),
    Option("asked_before", "number", "How often have you asked about it already?"),
    Option("private", "flag", "Keep it private, for those on it only"),
)

CASES: Mapping[str, Verb] = {
    "report": Verb("Report a problem: it gets an owner and a next time", _REPORT),
    "show": Verb("How a case stands, and all that happened", (CASE,), plain=True),
    "list": Verb(
        "Open cases: all, of a service, of a person, or those closed lately",
        (Option("of", "text", "A service, a person, or “closed”"),),
        plain=True,
    ),
    "mine": Verb("Your cases", plain=True),
    "metoo": Verb("You have the same problem", (CASE,), plain=True),
    "chase": Verb("You had to ask again: it counts, and reminds the owner now", (CASE, _WHY)),
    "note": Verb("Put something on the record", (CASE, Option("text", "text", "What is there to note?"))),
    "ack": Verb("You have seen it and are on it", (CASE,), plain=True),
    "promise": Verb("Promise a date", (CASE, Option("until", "text", "By when, such as “Friday 15:00”"))),
    "ask": Verb("Ask the reporter something", (CASE, Option("question", "text", "What do you need to know?"))),
    "handover": Verb(
        "Offer the case to somebody else",
        (CASE, Option("to", "person", "To whom?"), Option("service", "service", "Or to which service's desk?"), _WHY),
    ),
    "accept": Verb("Take over a case that was offered to you", (CASE,), plain=True),
    "decline": Verb("Decline an offer, or the case itself", (CASE, _WHY)),
    "take": Verb("Make it yours", (CASE,), plain=True),
    "resolve": Verb(
        "Say what was wrong and what was done; the reporter is asked",
        (
            CASE,
            Option("explanation", "text", "What was wrong, and what was done?"),
            Option("cause", "text", "What caused it, in a word or two?"),
            Option("kind", "kind", "Is the problem gone, or only got round?"),
            Option("cost", "text", "What did it cost?"),
            Option("budget", "text", "Whose budget paid?"),
        ),
    ),
    "confirm": Verb("It is fixed: only the reporter can say so", (CASE,), plain=True),
    "reopen": Verb("It is still broken", (CASE, _WHY)),
    "escalate": Verb("Send it to the next level", (CASE, _WHY)),
    "moretime": Verb("Give the owner more time", (CASE, Option("until", "text", "How long, or until when?"))),
    "withdraw": Verb("It is not needed any more", (CASE, _WHY)),
    "merge": Verb("It is the same problem as another case", (CASE, Option("into", "case", "Which case is it the same as?", "to"))),
    "cost": Verb("Record what it cost", (CASE, Option("cost", "text", "How much?"), Option("budget", "text", "Whose budget paid?"))),
    "link": Verb(
        "Make your accounts here and on another platform one",
        (Option("code", "text", "The code that you were given on the other platform"),),
        plain=True,
    ),
    "digest": Verb("The digest, as it would be sent now", (Option("of", "text", "A channel, dates, a service or a figure"),), plain=True),
    "help": Verb("What you can do", (Option("verb", "text", "About which command?"),), plain=True),
}
_OF_OTHERS = Option("person", "person", "Of somebody else: only admins may say so")
BESIDE: Mapping[str, Verb] = {
    "report": CASES["report"],
    "away": Verb(
        "You are away: somebody answers for you",
        (Option("until", "text", "Until when, such as “Monday”"), Option("covers", "person", "Who answers for you?", "to"), _OF_OTHERS),
    ),
    "back": Verb("You are back", (_OF_OTHERS,)),
    "prefer": Verb("Where you are written to first", (Option("platform", "text", "slack or discord"),), plain=True),
    "routes": Verb("The ways to reach us, and which of them are down", plain=True),
    "dead": Verb(
        "One of the ways to reach us does not work",
        (Option("route", "text", "Which one, such as “website”"), Option("why", "text", "What happens instead?")),
    ),
    "announce": Verb(
        "Say what will change, on which service, when",
        (
            Option("service", "service", "What will change?"),
            Option("starts", "text", "From when, such as “Friday 18:00”", "from"),
            Option("until", "text", "Until when, such as “Saturday 06:00”"),
            Option("text", "text", "What will people notice?"),
            Option("announcement", "text", "Which announcement this is about, such as A-3: it is moved"),
            Option("off", "flag", "Or called off"),
        ),
    ),
    "lacked": Verb(
        "What level 0 lacked, so that a case had to come up",
        (
            CASE,
            Option("lacked", "text", "authority, information, access, time, an owner or other"),
            Option("change", "text", "What must change so it does not come back?"),
            Option("owner", "person", "Who makes that change?", "change_owner"),
            Option("by", "text", "By when, such as “1 December”?", "change_by"),
        ),
    ),
    "renew": Verb(
        "Let a workaround stand longer: a level up, and with a reason",
        (CASE, Option("until", "text", "Until when, such as “1 December”"), Option("why", "text", "Why not put right by then?")),
    ),
    "time": Verb("How long you worked on a case", (CASE, Option("minutes", "number", "How many minutes?"))),
    "announced": Verb("What will change, on which service, when", plain=True),
}


def asked(name: str, verb: Verb, given: Mapping[str, Any]) -> Asked:
    """Return what a command asks for, of the options that were given."""
    said = {option: _value(given[option.name]) for option in verb.options if given.get(option.name) is not None}
    case = said.pop(CASE, "").strip()
    if verb.plain:
        return Asked(name, case, words=" ".join(said.values()))
    return Asked(name, case, {option.field or option.name: value for option, value in said.items()})


def _value(given: Any) -> str:
    return "yes" if given is True else "" if given is False else str(given)

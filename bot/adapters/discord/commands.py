"""Which slash commands does Buckstop have in Discord, and with which options? One table; the library makes the commands of it.

Discord lets a command have 25 subcommands. `/case` has the verbs about cases; `/away` and `/back`, which are about a person, stand beside
it, as `/report` does. Every verb can also be typed in words, in a direct message or after a mention.
"""

import inspect
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, cast

import discord
from discord import app_commands

from bot.adapters.discord.interacting import Asked
from bot.chat import Option as Choice
from bot.handlers.suggesting import Kind

Interaction = discord.Interaction[Any]
Type = Literal["text", "case", "service", "person", "severity", "number", "flag", "kind"]

MOST_CHOICES = 25
_LONGEST = 6000  # Discord takes no more in an option
_SUGGESTED: Mapping[Type, Kind] = {"case": "case", "service": "service", "person": "person", "severity": "severity"}


class Hands(Protocol):
    """What the client does with what is typed and chosen."""

    async def commanded(self, interaction: Interaction, asked: Asked) -> None:
        """Answer a slash command."""

    async def pointed(self, interaction: Interaction, message: discord.Message) -> None:
        """Answer "Report as a case"."""

    async def suggested(self, interaction: Interaction, kind: Kind, verb: str, typed: str, most: int) -> tuple[Choice, ...]:
        """Return what may be meant by what somebody has begun to type."""


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
    "digest": Verb("The digest, as it would be sent now", (Option("of", "text", "A channel, a date or a service"),), plain=True),
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
    "announced": Verb("What will change, on which service, when", plain=True),
}
REPORT_MESSAGE = "Report as a case"


def tree(client: discord.Client) -> app_commands.CommandTree[Any]:
    """Return all commands, as they are registered with Discord and answered by `client`, which has `Hands`."""
    made: app_commands.CommandTree[Any] = app_commands.CommandTree(client)
    case = app_commands.Group(name="case", description="Report a problem, or go on with one")
    for name, verb in CASES.items():
        case.add_command(_command(name, verb))
    made.add_command(case)
    for name, verb in BESIDE.items():
        made.add_command(_command(name, verb))
    made.add_command(app_commands.ContextMenu(name=REPORT_MESSAGE, callback=_point))
    return made


async def _point(interaction: Interaction, message: discord.Message) -> None:
    await cast(Hands, interaction.client).pointed(interaction, message)


def _command(name: str, verb: Verb) -> app_commands.Command[Any, ..., None]:
    async def callback(interaction: Interaction, **given: Any) -> None:
        await cast(Hands, interaction.client).commanded(interaction, asked(name, verb, given))

    # The library reads a command's options from its signature.
    callback.__signature__ = inspect.Signature([_parameter("interaction", Interaction), *map(_option, verb.options)])  # type: ignore[attr-defined]
    described = app_commands.describe(**{option.name: option.says for option in verb.options})(callback)
    made: app_commands.Command[Any, ..., None] = app_commands.Command(name=name, description=verb.says, callback=described)
    for option in verb.options:
        if option.type in _SUGGESTED:
            made.autocomplete(option.name)(_suggesting(_SUGGESTED[option.type], name))
    return made


def _parameter(name: str, type: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=type, default=default)


def _option(option: Option) -> inspect.Parameter:
    match option.type:
        case "number":
            return _parameter(option.name, app_commands.Range[int, 0, 1000], None)
        case "flag":
            return _parameter(option.name, bool, None)
        case "kind":
            return _parameter(option.name, Literal["fix", "workaround"], None)
        case "case" | "service" | "person" | "severity":
            return _parameter(option.name, app_commands.Range[str, 1, 100], None)
        case "text":
            return _parameter(option.name, app_commands.Range[str, 1, _LONGEST], None)


def asked(name: str, verb: Verb, given: Mapping[str, Any]) -> Asked:
    """Return what a command asks for, of the options that were given."""
    said = {option: _value(given[option.name]) for option in verb.options if given.get(option.name) is not None}
    case = said.pop(CASE, "").strip()
    if verb.plain:
        return Asked(name, case, words=" ".join(said.values()))
    return Asked(name, case, {option.field or option.name: value for option, value in said.items()})


def _value(given: Any) -> str:
    return "yes" if given is True else "" if given is False else str(given)


def _suggesting(kind: Kind, verb: str) -> Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
    async def suggest(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        found = await cast(Hands, interaction.client).suggested(interaction, kind, verb, current, MOST_CHOICES)
        return [app_commands.Choice(name=option.label, value=option.id) for option in found]

    return suggest

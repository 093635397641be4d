"""How do the slash commands (options.py) get to Discord, and back? The library makes commands of the table, and tells when one is used."""

import inspect
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Literal, Protocol, cast

import discord
from discord import app_commands

from bot.adapters.discord.options import BESIDE, CASES, Asked, Option, Type, Verb, asked
from bot.chat import Option as Choice
from bot.handlers.suggesting import Kind

Interaction = discord.Interaction[Any]

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


def _suggesting(kind: Kind, verb: str) -> Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
    async def suggest(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        found = await cast(Hands, interaction.client).suggested(interaction, kind, verb, current, MOST_CHOICES)
        return [app_commands.Choice(name=option.label, value=option.id) for option in found]

    return suggest

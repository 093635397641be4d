"""Which commands does Discord know of this application, and are they the ones that this version has?

Registering is one call for all of them, made when a version is installed (`buckstop discord sync`) and never at a start: Discord lets an
application register only so often a day.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.adapters.asking import NoAnswer
from bot.adapters.discord.asking import Asking
from bot.adapters.discord.calls import NOT_DISCORD
from bot.adapters.discord.commands import tree

Command = Mapping[str, Any]
_SLASH = 1
# What Discord says of a command that says nothing about it.
_USUAL: Mapping[str, Any] = {
    "type": _SLASH, "description": "", "options": [], "choices": [], "channel_types": [], "required": False, "autocomplete": False,
    "nsfw": False, "dm_permission": True,
}  # fmt: skip
# What makes a command or an option; the rest (ids, versions, translations) is Discord's own business.
_TOLD = {*_USUAL, "name", "value", "min_value", "max_value", "min_length", "max_length", "default_member_permissions"}
_WHERE = ("contexts", "integration_types")  # without an order; of a command that does not say, Discord decides


@dataclass(frozen=True, slots=True)
class Changes:
    """How what is registered differs from what this version has; commands by the names that people see."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    same: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Tell whether there is something to register."""
        return bool(self.new or self.changed or self.gone)


class Commands:
    """The commands of one application: this version's, and those that Discord knows."""

    def __init__(self, ask: Asking) -> None:
        """`ask` has a client that is logged in, and has no tree yet."""
        self._ask = ask
        self._tree = tree(ask.client)

    @property
    def ours(self) -> list[Command]:
        """Return this version's, as Discord is told of them."""
        kinds = (discord.AppCommandType.chat_input, discord.AppCommandType.user, discord.AppCommandType.message)
        return [command.to_dict(self._tree) for kind in kinds for command in self._tree.get_commands(type=kind)]

    async def changes(self, guild: int | None = None, *, none: bool = False) -> Changes:
        """Return what registering would change, everywhere or in one server; with `none`, what taking all away there would.

        Raises:
            Refused, NoAnswer, ShutOut: as asking does.
        """
        return differences([] if none else self.ours, await self._theirs(guild))

    async def register(self, guild: int | None = None, *, none: bool = False) -> None:
        """Register all of them everywhere or, to try them, in one server; with `none`, take them away there.

        Raises:
            Refused, NoAnswer, ShutOut: as asking does. The same again changes nothing more.
        """
        if guild is None:
            await self._ask(self._tree.sync)
            return
        there = discord.Object(guild)
        if not none:
            self._tree.copy_global_to(guild=there)
        await self._ask(lambda: self._tree.sync(guild=there))

    async def _theirs(self, guild: int | None) -> list[Command]:
        application = self._ask.client.application_id
        assert application is not None  # logging in has told it

        async def asked() -> Any:
            http = self._ask.client.http
            return await (http.get_global_commands(application) if guild is None else http.get_guild_commands(application, guild))

        told = await self._ask(asked)
        if not isinstance(told, list) or not all(isinstance(one, dict) and "name" in one for one in told):
            raise NoAnswer(NOT_DISCORD)
        return list(told)


def differences(ours: Sequence[Command], theirs: Sequence[Command]) -> Changes:
    """Return what registering `ours` changes where `theirs` is registered."""
    before, after = _by_name(theirs), _by_name(ours)
    both = [key for key in after if key in before]
    same = [key for key in both if _alike(after[key], before[key])]
    return Changes(
        new=tuple(called(one) for key, one in after.items() if key not in before),
        changed=tuple(called(after[key]) for key in both if key not in same),
        gone=tuple(called(one) for key, one in before.items() if key not in after),
        same=tuple(called(after[key]) for key in same),
    )


def called(command: Command) -> str:
    """Return what people see of a command: a slash, or a line in a menu."""
    return f"/{command['name']}" if command.get("type", _SLASH) == _SLASH else f'"{command["name"]}"'


def _by_name(commands: Sequence[Command]) -> dict[tuple[int, str], Command]:
    return {(one.get("type", _SLASH), one["name"]): one for one in commands}


def _alike(ours: Command, theirs: Command) -> bool:
    where = {key for key in _WHERE if ours.get(key) is not None}
    return bool(_plain(ours, where) == _plain(theirs, where))


def _plain(told: Any, where: Collection[str] = ()) -> Any:
    """Return a description without what says nothing, so that ours and Discord's can be compared."""
    if isinstance(told, Mapping):
        plain = {key: _plain(value) for key, value in told.items() if key in _TOLD and value is not None and value != _USUAL.get(key)}
        return plain | {key: sorted(told.get(key) or []) for key in where}
    return [_plain(one) for one in told] if isinstance(told, list) else told

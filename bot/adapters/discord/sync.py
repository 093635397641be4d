"""Register this version's commands with Discord, and say what that changed. Done when a version is installed, not at each start."""

from collections.abc import Iterator

from bot.adapters.asking import NoAnswer
from bot.adapters.discord.access import Access, Unfit
from bot.adapters.discord.asking import Refused, ShutOut, logged_in
from bot.adapters.discord.registered import Changes, Commands

_NOT_IN = 50001
_LONGEST = 600  # letters of what Discord has against a command


async def synced(access: Access, guild: int | None = None, *, none: bool = False) -> tuple[str, ...]:
    """Register all commands everywhere, or in one server to try them (with `none`, take them away there); return what to say about it.

    Raises:
        Unfit: Discord does not take them; a sentence with the cure.
    """
    try:
        async with logged_in(access) as ask:
            commands = Commands(ask)
            changes = await commands.changes(guild, none=none)
            if changes.any:
                await commands.register(guild, none=none)
    except Refused as no:
        raise Unfit([_refused(no)]) from no
    except (NoAnswer, ShutOut) as why:
        raise Unfit([f"Nothing is known to be registered: {why}. `buckstop doctor` says more"]) from why
    return tuple(_said(changes, "everywhere" if guild is None else f"in the server {guild}"))


def _refused(no: Refused) -> str:
    if no.code == _NOT_IN:
        return "Buckstop is not in this server, or was invited without its commands: use the address of `buckstop manifest discord`"
    return f"Discord does not take the commands: {str(no.__cause__ or no)[:_LONGEST]}"


def _said(changes: Changes, where: str) -> Iterator[str]:
    parts = {"new": changes.new, "changed": changes.changed, "taken away": changes.gone, "as before": changes.same}
    yield from (f"{what}: {', '.join(names)}" for what, names in parts.items() if names)
    there = len(changes.new) + len(changes.changed) + len(changes.same)
    if not changes.any:
        yield f"Nothing to register {where}."
    else:
        yield (
            f"Registered {where}: {there}. Who does not see them yet starts Discord anew (Ctrl+R)."
            if there
            else f"No commands are left {where}."
        )

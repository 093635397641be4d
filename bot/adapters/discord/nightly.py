"""Once a night: have people left, or channels been deleted, while nobody told us? The same look as `buckstop doctor`'s."""

from datetime import date

import discord
import structlog

from bot.adapters.discord.calls import Calls
from bot.adapters.discord.check import PEOPLE, look, sought
from bot.adapters.discord.people import PLATFORM
from bot.config import DiscordPlan
from bot.escalation.org import Org
from bot.handlers.acquaintance import Acquaintance
from bot.handlers.night import Night, Seen, alone

log = structlog.get_logger()


async def nightly(
    client: discord.Client, plan: DiscordPlan, acquaintance: Acquaintance, org: Org, day: date, *, elsewhere: bool, mail: bool = False
) -> bool:
    """Look at every server and everybody, once a day over all processes; return whether it was this call that did.

    Args:
        client: logged in.
        plan: Discord's part of the configuration.
        acquaintance: where what is found goes.
        org: the organisation as it is configured.
        day: today, where the organisation is.
        elsewhere: everybody can be reached in the local workspace as well.
        mail: on another platform people are found by their e-mail address.
    """
    if not await acquaintance.once(f"{PLATFORM}/nightly/{day.isoformat()}"):
        return False
    asked = sought(org, await acquaintance.org(), await acquaintance.on_live(), local=elsewhere, mail=mail)
    night = Night(asked, acquaintance, day)
    people: list[Seen] = []
    calls = Calls()
    try:
        async for heading, seen in look(client, calls, plan, asked):
            people += seen if heading == PEOPLE else []
            for one in seen:
                await alone(night.note(heading, one), one.place)
    finally:
        await calls.close()
    for person in dict.fromkeys(one.person for one in people if one.person is not None):
        # An account is the same in all servers, but somebody may have several.
        mine = {one.account.id if one.account is not None else "": one for one in people if one.person == person}
        await alone(night.judge(person, mine, mine.keys()), person)
    log.info("discord.night", day=day.isoformat(), people=len(asked.people))
    return True

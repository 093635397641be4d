"""Once a night: have people left, or channels been archived, while nobody told us? The same look as `buckstop doctor`'s."""

import asyncio
from collections.abc import Mapping
from datetime import date

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.check import Pause, Wanted, look, no_pause, wanted
from bot.adapters.slack.people import PLATFORM
from bot.config import SlackPlan
from bot.escalation.org import Org
from bot.handlers.acquaintance import Acquaintance
from bot.handlers.night import Night, Seen, alone

log = structlog.get_logger()


async def nightly(
    clients: Mapping[str, AsyncWebClient],
    plan: SlackPlan,
    acquaintance: Acquaintance,
    org: Org,
    day: date,
    *,
    local: bool,
    pause: Pause = no_pause,
) -> bool:
    """Look at every workspace, once a day over all processes; return whether it was this call that did.

    Args:
        clients: each workspace's.
        plan: Slack's part of the configuration.
        acquaintance: where what is found goes.
        org: the organisation as it is configured.
        day: today, where the organisation is.
        local: everybody can be reached in the local workspace as well.
        pause: waits before each person, so that those who are to be told something can be written to meanwhile.
    """
    if not await acquaintance.once(f"{PLATFORM}/nightly/{day.isoformat()}"):
        return False
    asked = wanted(plan, org, await acquaintance.org(), await acquaintance.on_live(), local=local)
    looks = await asyncio.gather(*(_look(workspace, client, asked, pause) for workspace, client in clients.items()))
    found = dict(zip(clients, looks, strict=True))
    night = Night(asked, acquaintance, day)
    for workspace, seen in found.items():
        for one in seen:
            await alone(night.note(workspace, one), one.place)
    for person in asked.people:
        mine = {workspace: one for workspace, seen in found.items() for one in seen if one.person == person}
        await alone(night.judge(person, mine, asked.where(person)), person)
    log.info("slack.night", day=day.isoformat(), people=len(asked.people))
    return True


async def _look(workspace: str, client: AsyncWebClient, asked: Wanted, pause: Pause) -> list[Seen]:
    try:
        return await look(workspace, client, asked, pause=pause)
    except Exception:
        log.exception("slack.night_failed", workspace=workspace)
        return []

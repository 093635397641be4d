"""Show a digest to whoever asks: the next one of a channel, or any span and service. Everybody sees what they may, and nothing is kept."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat import Line, Reply
from bot.config.plans import DigestPlan
from bot.escalation.org import Org
from bot.escalation.words import PersonId, ServiceId
from bot.handlers.digests import INSTANT, before, compute
from bot.handlers.spans import apart, moments
from bot.handlers.turn import Scene
from bot.handlers.understanding import Wish
from bot.wording import digest as worded
from bot.wording import faults
from bot.wording.digest_behind import HINT, asked_for, behind

_PART = re.compile(r"\bpart ([0-9]{1,4})\b")


async def show_digest(scene: Scene, wish: Wish) -> Reply:
    """Show what the next digest of a channel will tell, as far as it has happened; with days, what happened in them; of one service too.

    What is more than one message is shown in parts, the summary first.
    """
    plans, org = scene.settings.digests, scene.org
    if not plans:
        return _refused(faults.no_digest("", ()))
    said, number = _numbered(str(wish.given.get("to") or wish.given.get("of") or wish.words))
    days, rest = apart(said, scene.now.astimezone(ZoneInfo(plans[0].zone)).date())
    (plan, channel), named = _channel(plans, rest)
    figure, left = asked_for(named.split())
    named = " ".join(left)
    services = _services(named, org)
    if services is None:
        return _refused(faults.no_digest(named, tuple(channel for plan in plans for channel in plan.to), tuple(org.services)))
    plan = replace(plan, services=services or plan.services)
    allowed = _allowed(plan, scene.by, org)
    if allowed is None:
        return _refused(faults.not_your_digest(services, _theirs(scene.by, org), org.leaders, org))
    if days is not None and days[0] >= days[1]:
        return _refused(faults.backwards(said))
    span = moments(days, plan.zone) if days is not None else await _so_far(scene, plan, channel)
    # What happened at this very moment counts as well; and nothing has happened after it.
    end = min(span[1], scene.now + INSTANT)
    if span[0] >= end:
        return _refused(faults.not_yet(said))
    content = await compute(scene.reading, allowed, channel, span[0], end)
    parts = worded.parts(content, org)
    if not 0 < number <= len(parts):
        return _refused(faults.no_such_part(number, len(parts)))
    card = parts[number - 1]
    if figure:
        return Reply(lines=(card.title, *behind(content, figure)))
    return Reply(lines=(card.title, *card.lines, *((HINT,) if len(parts) == 1 else ())), buttons=card.buttons)


def _numbered(said: str) -> tuple[str, int]:
    """Return what was said without the part that is asked for, and its number."""
    found = _PART.search(said)
    return " ".join(_PART.sub(" ", said).split()), int(found[1]) if found else 1


def _refused(line: Line) -> Reply:
    return Reply(lines=(line,), refused=True)


async def _so_far(scene: Scene, plan: DigestPlan, channel: str) -> tuple[datetime, datetime]:
    last = await scene.reading.last_digest(channel)
    return (last.end if last is not None else before(plan, scene.now)), scene.now + INSTANT


def _channel(plans: Sequence[DigestPlan], rest: str) -> tuple[tuple[DigestPlan, str], str]:
    """Return the plan and the channel that are named, the first ones if none is, and what else was said."""
    every = [(plan, channel) for plan in plans for channel in plan.to]
    words = rest.split()
    for word in words:
        found = [place for place in every if word in (place[1], place[1].partition(":")[2])]
        if found:
            return found[0], " ".join(other for other in words if other != word)
    return every[0], rest


def _services(named: str, org: Org) -> tuple[ServiceId, ...] | None:
    """Return the services that are named by their ids or names; none for nothing or all; None if there is something else."""
    wanted = re.sub(r"^(?:for|of|in|on)\s+", "", named.casefold())
    if wanted in ("", "all"):
        return ()
    by_name = [service.id for service in org.services.values() if wanted in (service.id.casefold(), service.name.casefold())]
    each = [ServiceId(word) for word in wanted.replace(",", " ").split()]
    return tuple(by_name) or (tuple(each) if all(one in org.services for one in each) else None)


def _allowed(plan: DigestPlan, by: PersonId, org: Org) -> DigestPlan | None:
    """Return what of a plan somebody may see: leaders and admins all of it, others their own services and nobody's name; else None."""
    if by in (*org.leaders, *org.admins):
        return plan
    theirs = _theirs(by, org)
    wanted = tuple(service for service in plan.services or theirs if service in theirs)
    whole = not plan.services or set(plan.services) <= set(theirs)
    return replace(plan, services=wanted, names="teams") if wanted and whole else None


def _theirs(by: PersonId, org: Org) -> tuple[ServiceId, ...]:
    """Return the services that somebody owns, takes turns at, or is in the team of."""
    known = org.people.get(by)
    team = known.team if known else None
    return tuple(s.id for s in org.services.values() if by in _owners(s.owner, org) or (team is not None and s.team == team))


def _owners(owner: str, org: Org) -> Iterable[PersonId]:
    return next((rotation.people for rotation in org.rotations.values() if rotation.id == owner), (PersonId(owner),))

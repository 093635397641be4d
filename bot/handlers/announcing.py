"""Announce what will change, before it does; move it, withdraw it, list it, and find the one that explains a new case.

Whoever has an open case of the service, and its channel, are told at once, again one working hour before, and whenever it changes.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.chat import Reply
from bot.escalation.announcing import LONGEST, Announcement, may_announce, remind_at
from bot.escalation.announcing import explaining as explaining_of
from bot.escalation.calendar import Calendar
from bot.escalation.decision import No, Refusal
from bot.escalation.org import Org
from bot.escalation.words import PersonId, ServiceId
from bot.handlers.acting import faulty
from bot.handlers.times import EXAMPLES, read_time
from bot.handlers.turn import Scene, Turn
from bot.handlers.typed import values_of
from bot.handlers.understanding import Wish
from bot.handlers.values import Values
from bot.handlers.verbs import Faults
from bot.ports import Reading, Store, Tx
from bot.wording import announcing as worded
from bot.wording import faults, refusals, replies

NAME = re.compile(r"A-?([0-9]{1,9})", re.IGNORECASE)
_AT_ONCE = 20  # reminders in one transaction
_MOST_LISTED = 20


async def announce(turn: Turn, wish: Wish) -> Reply:
    """Announce a change, or move or withdraw one that is announced."""
    given = wish.given or values_of("announce", wish.words, turn.org)
    named = str(given.get("announcement") or "").strip()
    if not named:
        return await _new(turn, wish, given)
    found = NAME.fullmatch(named)
    known = await turn.tx.announcement(int(found[1])) if found else None
    if known is None:
        return Reply(lines=(worded.unknown(named),), refused=True)
    return await _existing(turn, wish, given, known)


async def _existing(turn: Turn, wish: Wish, given: Mapping[str, Any], known: Announcement) -> Reply:
    refused = _refused(turn, known.service, known.by) if turn.by != turn.org.who_is(known.by) else None
    if refused is not None:
        return refused
    if wish.version is not None and wish.version < known.version:
        return Reply(lines=worded.stale(known, turn.org), refused=True)
    if known.withdrawn_at is not None or known.end <= turn.now:
        return Reply(lines=(worded.over(known, turn.now),), refused=True)
    if given.get("off"):
        gone = replace(known, version=known.version + 1, withdrawn_at=turn.now, remind_at=None)
        return await _changed(turn, gone, "withdrawn")
    return await _move(turn, wish, given, known)


async def _move(turn: Turn, wish: Wish, given: Mapping[str, Any], known: Announcement) -> Reply:
    preset = {"announcement": known.name, "text": known.text, "from": known.start.isoformat(), "until": known.end.isoformat()}
    if not given.get("from") and not given.get("until"):
        return turn.form("announce", None, preset, known.version)
    values = Values(given, turn.by, turn.org, turn.now)
    start, end = _span(values, known)
    text = values.words("text") or known.text
    if values.missing and not values.errors and wish.form is None:
        return turn.form("announce", None, preset | {name: value for name, value in given.items() if value}, known.version)
    if values.errors or values.missing:
        return faulty(turn, wish, None, given, Faults(values.errors, tuple(values.missing)))
    moved = replace(known, version=known.version + 1, start=start, end=end, text=text)
    moved = replace(moved, remind_at=remind_at(start, _calendar(moved.service, known.by, turn.org, turn.now), turn.now))
    return await _changed(turn, moved, "moved")


async def _changed(turn: Turn, announcement: Announcement, occasion: worded.Occasion) -> Reply:
    await turn.tx.reannounce(announcement)
    people = await _tell(turn.tx, announcement, occasion, turn.org, turn.now)
    return Reply(lines=worded.said_back(announcement, occasion, people, turn.by, turn.org))


async def _new(turn: Turn, wish: Wish, given: Mapping[str, Any]) -> Reply:
    values = Values(given, turn.by, turn.org, turn.now)
    service = values.service("service")
    if service is None and not may_announce_any(turn):
        return Reply(lines=(worded.answers_for_nothing(),), refused=True)
    if service is None and not values.errors:
        values.missing.append("service")
    refused = _refused(turn, service, turn.by) if service is not None else None
    if refused is not None:
        return refused
    start, end = _span(values)
    text = values.text("text")
    if values.errors or values.missing or service is None:
        return faulty(turn, wish, None, given, Faults(values.errors, tuple(values.missing)))
    reminder = remind_at(start, _calendar(service, turn.by, turn.org, turn.now), turn.now)
    kept = await turn.tx.announce(Announcement(0, service, turn.by, start, end, text, turn.now, remind_at=reminder))
    people = await _tell(turn.tx, kept, "new", turn.org, turn.now)
    return Reply(lines=worded.said_back(kept, "new", people, turn.by, turn.org))


def may_announce_any(scene: Scene) -> bool:
    """Tell whether there is a service that somebody may announce a change of."""
    return any(may_announce(scene.by, service, scene.org, scene.now) is None for service in scene.org.services.values())


def _refused(turn: Turn, service: ServiceId, author: PersonId) -> Reply | None:
    """Return the answer for whoever may not; of a service that is no more, only the author and the admins may."""
    known = turn.org.services.get(service)
    if known is not None:
        refusal = may_announce(turn.by, known, turn.org, turn.now)
    else:
        refusal = Refusal(No.NOT_YOURS, "announce", who=(author,), roles=("an admin",)) if turn.by not in turn.org.admins else None
    return Reply(lines=refusals.refused(refusal, None, turn.org, turn.now), refused=True) if refusal else None


def _span(values: Values, known: Announcement | None = None) -> tuple[datetime, datetime]:
    """Read from when to when. The end is read as it is said after the start: "Friday 22:00 to 06:00" ends on Saturday."""
    start = _time(values, "from", values.now) if known is None or known.start > values.now else _begun(values, known)
    end = _time(values, "until", start)
    if not values.errors and not values.missing:
        if end <= start:
            values.errors["until"] = worded.ends_before()
        elif end - start > LONGEST:
            values.errors["until"] = worded.too_long(LONGEST.days)
        elif end <= values.now:
            values.errors["until"] = worded.is_past()
    return start, end


def _begun(values: Values, known: Announcement) -> datetime:
    """Return the start of what is under way: it stays. Forms name it to the minute."""
    raw = values.raw("from")
    read = read_time(raw, values.org.calendar(values.by), values.now) if raw else known.start
    if read is None or read.replace(second=0, microsecond=0) != known.start.replace(second=0, microsecond=0):
        values.errors["from"] = worded.has_begun(known)
    return known.start


def _time(values: Values, name: str, base: datetime) -> datetime:
    raw = values.raw(name)
    if not raw:
        values.missing.append(name)
        return values.now
    if raw.lower() == "now":
        return values.now
    read = read_time(raw, values.org.calendar(values.by), base)
    if read is None:
        values.errors[name] = replies.not_understood_time(raw, EXAMPLES)
    elif name == "from" and read < values.now:
        values.errors[name] = faults.past(raw, read)
    return read or values.now


def _calendar(service: ServiceId, by: PersonId, org: Org, now: datetime) -> Calendar:
    """Whose working hour it is that people are told before: the owner's, whose change it is; if there is no such service, the author's."""
    known = org.services.get(service)
    return org.calendar(org.whose_turn(known.owner, now) if known is not None else by)


async def _tell(tx: Tx, announcement: Announcement, occasion: worded.Occasion, org: Org, now: datetime) -> int:
    """Queue it for the channel and everybody with an open case of the service; return how many people that are."""
    line = worded.told(announcement, occasion, org, now)
    key = f"announced/{announcement.id}/{announcement.version}/{occasion}"
    service = org.services.get(announcement.service)
    there = {person for person in await tx.concerned(announcement.service) if person in org.people and not org.people[person].gone}
    # Who will make the change knows of it; after a while they may not.
    people = sorted(there - ({org.who_is(announcement.by)} if occasion != "soon" else set()))
    for person in people:
        await tx.notify(f"{key}/{person}", person, line)
    if service is not None and service.channel:
        await tx.notify_channel(f"{key}/channel", service.channel, line)
    return len(people)


# --- by itself -------------------------------------------------------------------------------------------------------------------


async def remind(store: Store, now: datetime) -> int:
    """Tell again of what begins within a working hour; return of how many."""
    async with store.read() as reading:
        at = await reading.next_reminder()
        if at is None or at > now or await reading.paused() is not None:
            return 0
    async with store.begin() as tx:
        org = await tx.org()
        due = await tx.due_reminders(now, _AT_ONCE)
        for announcement in due:
            await tx.reannounce(replace(announcement, remind_at=None))
            # After an outage it may be over: nobody wants to hear of it then.
            if now < announcement.end:
                await _tell(tx, announcement, "soon", org, now)
    return len(due)


# --- looking ---------------------------------------------------------------------------------------------------------------------


async def show_announced(scene: Scene) -> Reply:
    """List what is announced and not over, with the buttons that move or withdraw it for those who may."""
    found = (await scene.reading.announcements(scene.now))[:_MOST_LISTED]
    mine = [one for one in found if _may(scene, one)]
    return Reply(lines=worded.listing(found, scene.org), buttons=worded.buttons(mine))


def _may(scene: Scene, one: Announcement) -> bool:
    service = scene.org.services.get(one.service)
    if scene.by == scene.org.who_is(one.by) or scene.by in scene.org.admins:
        return True
    return service is not None and may_announce(scene.by, service, scene.org, scene.now) is None


async def explaining(reading: Reading, service: ServiceId, org: Org, now: datetime) -> Announcement | None:
    """Return the announced change in whose window a case of this service would be opened now."""
    found = await reading.announcements(now - org.rules.announcement_after)
    return explaining_of(found, service, now, org.rules)


async def shown(scene: Scene, name: str | None) -> Announcement | None:
    """Return the announcement that a case is linked with."""
    found = NAME.fullmatch(name or "")
    return await scene.reading.announcement(int(found[1])) if found else None

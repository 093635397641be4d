"""Who is away, until when, and who answers for them: said by themselves, or by an admin for somebody else."""

from datetime import timedelta

from bot.chat import Reply
from bot.escalation.org import Absence
from bot.escalation.requests import Reckon
from bot.escalation.words import PersonId
from bot.handlers.acting import faulty
from bot.handlers.finding import stands_in_for
from bot.handlers.turn import Turn
from bot.handlers.typed import values_of
from bot.handlers.understanding import Wish
from bot.handlers.values import Values
from bot.handlers.verbs import Faults
from bot.wording import faults, presence

# Working time is looked for five years ahead at most; somebody who is away for longer has left.
LONGEST = timedelta(days=2 * 366)


async def away(turn: Turn, wish: Wish) -> Reply:
    """Record an absence, and set the clocks of the cases it touches by who answers now."""
    given = wish.given or values_of("away", wish.words, turn.org)
    values = Values(given, turn.by, turn.org, turn.now)
    person = values.person("person") or turn.by
    start, end, cover = values.perhaps_time("from") or turn.now, values.time("until"), values.person("to")
    if values.given.get("until") and not values.errors and end <= start:
        values.errors["until"] = faults.away_before(values.raw("until"))
    if not values.errors and not values.missing and end - turn.now > LONGEST:
        values.errors["until"] = faults.away_too_long(values.raw("until"))
    if values.errors or values.missing:
        return faulty(turn, wish, None, given, Faults(values.errors, tuple(values.missing)))
    if person != turn.by and turn.by not in turn.org.admins:
        return Reply(lines=(faults.not_yours_to_set(),), refused=True)
    return await _leave(turn, Absence(person, start, end, None if cover == person else cover))


async def back(turn: Turn, wish: Wish) -> Reply:
    """End an absence before its time."""
    values = Values(wish.given or values_of("back", wish.words, turn.org), turn.by, turn.org, turn.now)
    person = values.person("person") or turn.by
    if values.errors:
        return Reply(lines=tuple(values.errors.values()), refused=True)
    if person != turn.by and turn.by not in turn.org.admins:
        return Reply(lines=(faults.not_yours_to_set(),), refused=True)
    touched = _touched(turn, person)
    ended = await turn.tx.end_absences(person, turn.now)
    count = await reckon(turn, touched) if ended else 0
    return Reply(lines=presence.back(person, ended, count, turn.org), refused=not ended)


async def _leave(turn: Turn, absence: Absence) -> Reply:
    touched = _touched(turn, absence.person) + ((absence.covered_by,) if absence.covered_by else ())
    await turn.tx.add_absence(absence)
    count = await reckon(turn, touched)
    deputy = presence.deputy_of(absence, turn.org)
    if deputy is not None and deputy != turn.by:
        key = f"away/{absence.person}/{absence.start.isoformat()}/{absence.end.isoformat()}/{deputy}"
        await turn.tx.notify(key, deputy, presence.covering(absence, deputy, turn.org, turn.now))
    return Reply(lines=presence.away(absence, count, turn.org, turn.now))


def _touched(turn: Turn, person: PersonId) -> tuple[PersonId, ...]:
    """Return whose cases may get another answerer: theirs, those of whoever covers for them, and of those whom they cover for."""
    covers = (absence.covered_by for absence in turn.org.absences_of(person))
    return tuple(dict.fromkeys([*stands_in_for(person, turn.org, turn.now), *(cover for cover in covers if cover is not None)]))


async def reckon(turn: Turn, people: tuple[PersonId, ...]) -> int:
    """Let every case of these people look again at who answers; return how many there are."""
    turn.org = await turn.tx.org()
    cases = await turn.tx.touched_by(people)
    for case in await turn.lock(*sorted(cases)):
        if case is not None:
            await turn.decide(case, Reckon())
    return len(cases)

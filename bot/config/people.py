"""Do the people of a configuration fit together: managers, deputies, accounts, absences, turns?"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.config import shapes
from bot.config.faults import under
from bot.config.reading import Sheet

Moments = tuple[datetime, datetime]


def check(sheet: Sheet) -> None:
    """Tell every fault in which people meet each other."""
    people = {person.id: person for _, person in sheet.each(shapes.Person)}
    for circle in circles(_others(sheet, "manager")):
        sheet.faults.add(
            under("people", circle[0]) + ".manager", f"{_around(circle)} is a circle; give one of them another manager, or none"
        )
    for person, deputy in _others(sheet, "deputy").items():
        if person == deputy:
            sheet.faults.add(under("people", person) + ".deputy", "nobody can stand in for themselves; name somebody else")
    _used_twice(sheet, people)  # an address; for accounts see meeting.py
    for rotation in sorted(sheet.ids["rotations"] & sheet.ids["people"]):
        sheet.faults.add(under("rotations", rotation), "a person has this id; people and rotations are named alike, so choose another")
    _absences(sheet, people)


def _others(sheet: Sheet, key: str) -> dict[str, str | None]:
    """Return whom everybody names as their manager or deputy, also where the rest of their table cannot be read."""
    people = (raw for shape, raw in sheet.stood.values() if shape is shapes.Person and isinstance(raw.get("id"), str))
    return {raw["id"]: other if isinstance(other := raw.get(key), str) else None for raw in people}


def circles(managers: Mapping[str, str | None]) -> list[list[str]]:
    """Return each circle of managers once, beginning with whoever stands first in the file."""
    found: list[list[str]] = []
    for start in managers:
        line: list[str] = []
        at: str | None = start
        while at is not None and at not in line:
            line.append(at)
            at = managers.get(at)
        # A line that runs into a circle further up is no part of it: only whoever comes back to themselves is told.
        if at == start and not any(start in circle for circle in found):
            found.append(line)
    return found


def _around(circle: list[str]) -> str:
    return " -> ".join(under("", person) for person in [*circle, circle[0]])


def _used_twice(sheet: Sheet, people: Mapping[str, shapes.Person]) -> None:
    holder: dict[str, str] = {}
    for person in people.values():
        if person.email is not None and (other := holder.setdefault(person.email, person.id)) != person.id:
            sheet.faults.add(f"people.{person.id}.email", f'"{person.email}" is {other}\'s already; an account belongs to one person')


def moments(absence: shapes.Absence, zone: str) -> Moments:
    """Return when somebody leaves and is back, in UTC; a last day without a time is away to its end."""
    back = absence.end if isinstance(absence.end, datetime) else absence.end + timedelta(days=1)
    return _instant(absence.start, zone), _instant(back, zone)


def _instant(at: date | datetime, zone: str) -> datetime:
    whole = at if isinstance(at, datetime) else datetime.combine(at, time())
    return (whole if whole.tzinfo else whole.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def zone_of(sheet: Sheet, person: str) -> str:
    """Return a person's zone, as far as the file says one."""
    known = next((p for _, p in sheet.each(shapes.Person) if p.id == person), None)
    organisation = sheet.table(shapes.Organisation)
    return (known.zone if known else None) or (organisation.zone if organisation else None) or "UTC"


LONGEST = timedelta(days=2 * 366)  # working time is looked for five years ahead at most


def _absences(sheet: Sheet, people: Mapping[str, shapes.Person]) -> None:
    by_person: dict[str, list[tuple[Moments, str]]] = {}
    for place, absence in sheet.each(shapes.Absence):
        start, end = moments(absence, zone_of(sheet, absence.person))
        if end <= start:
            sheet.faults.add(f"{place}.to", "ends before it begins; `to` is the last day away")
        elif end - start > LONGEST:
            sheet.faults.add(f"{place}.to", f"is more than two years after it begins; take {absence.person} out, or write an earlier day")
        else:
            by_person.setdefault(absence.person, []).append(((start, end), place))
        if absence.covered_by == absence.person:
            sheet.faults.add(f"{place}.covered_by", "nobody can stand in for themselves; name somebody else")
    for person in people.keys() & by_person.keys():
        for ((_, end), earlier), ((start, _), place) in pairwise(sorted(by_person[person])):
            if start < end:
                sheet.faults.add(place, f"overlaps {earlier}: {person} is away once at a time; make one of the two, or part them")

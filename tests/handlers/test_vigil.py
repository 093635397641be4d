"""When is anybody alarmed, who is told, and how often?"""

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.chat import Line
from bot.escalation.words import PersonId
from bot.handlers.vigil import AGAIN, PATIENCE, Vigil

IDA, CLEO = PersonId("ida"), PersonId("cleo")


@dataclass
class Office:
    """A database that fails as a test says, and admins who can be reached or not."""

    why: str | None = None
    deaf: set[PersonId] = field(default_factory=set)
    told: list[tuple[PersonId, str]] = field(default_factory=list)

    async def trouble(self) -> str | None:
        return self.why

    async def admins(self) -> Collection[PersonId]:
        return (IDA, CLEO)

    async def tell(self, admin: PersonId, line: Line, key: str) -> bool:
        if admin not in self.deaf:
            self.told.append((admin, key))
        return admin not in self.deaf


def said(vigil: Vigil) -> str | None:
    """Return what the health page says."""
    return vigil.fault


async def test_a_hiccup_alarms_nobody() -> None:
    office = Office("database is locked")
    vigil = Vigil(office.trouble, office, "t")
    await vigil.look(100)
    await vigil.look(100 + PATIENCE - 1)
    office.why = None
    await vigil.look(100 + PATIENCE)

    assert (vigil.fault, office.told) == (None, [])


async def test_each_admin_is_told_once_and_once_that_it_is_over() -> None:
    office = Office("database or disk is full")
    vigil = Vigil(office.trouble, office, "t")
    for at in (0.0, PATIENCE, 2 * PATIENCE, 1000.0):
        await vigil.look(at)
    assert said(vigil) == "Nothing can be written to the database: database or disk is full."
    assert office.told == [(CLEO, "t/1/broken"), (IDA, "t/1/broken")]

    office.why = None
    for at in (1005.0, 1010.0, 2000.0):
        await vigil.look(at)
    assert said(vigil) is None
    assert office.told[2:] == [(CLEO, "t/1/over"), (IDA, "t/1/over")]


async def test_whoever_could_not_be_told_is_tried_again_and_hears_no_end_of_what_they_did_not_hear_of() -> None:
    office = Office("attempt to write a readonly database", deaf={IDA})
    vigil = Vigil(office.trouble, office, "t")
    for at in (0.0, PATIENCE, PATIENCE + AGAIN - 1):
        await vigil.look(at)
    assert office.told == [(CLEO, "t/1/broken")]

    office.deaf.clear()
    await vigil.look(PATIENCE + AGAIN)
    assert office.told == [(CLEO, "t/1/broken"), (IDA, "t/1/broken")]

    office.why, office.told, office.deaf = None, [], {CLEO}
    await vigil.look(200)
    office.why, office.deaf = "again", {CLEO, IDA}
    await vigil.look(300)
    await vigil.look(300 + PATIENCE)
    office.why, office.deaf = None, set()
    await vigil.look(400)
    assert office.told == [(IDA, "t/1/over")]


async def test_where_others_tell_it_is_still_red() -> None:
    office = Office("database is locked")
    vigil = Vigil(office.trouble, None, "t")
    await vigil.look(0)
    await vigil.look(PATIENCE)

    assert vigil.fault is not None

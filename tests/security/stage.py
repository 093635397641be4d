"""The scenes of the permission matrix: one case in every state, people in every relation to it, and every way of using a verb on it."""

import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.chat import Pressed, Reply, Said, Submitted
from bot.config import loads
from bot.escalation.case import Place
from bot.escalation.org import Absence, Org
from bot.escalation.words import CaseId, PersonId
from bot.ports import Known
from bot.store.database import Database
from bot.store.tables import cases, facts
from tests.handlers.conftest import Floor, floor_of, through
from tests.scenarios.stages import ORG as STORIES
from tests.security import permissions as p

_MORE = "".join(f'\n[[people]]\nid = "{who}"\nname = "{who.capitalize()}"\nteam = "{team}"\n' for who, team in {
    "dov": "legal", "dax": "legal", "tess": "billing", "sam": "legal", "gus": "billing", "pia": "customer care",
}.items())  # fmt: skip


def organisation() -> Org:
    """Return the organisation of the stories, with deputies, somebody of the team, a stranger and somebody who is gone."""
    return loads(f"{STORIES.read_text('utf-8')}{_MORE}", str(STORIES), {}).org


BOT = "slack.T0NORTH.U0BOT"
PEOPLE = ("rita", "ana", "bruno", "dov", "dax", "tom", "ben", "tess", "ida", "cleo", "sam", "gus", BOT)
SECRET = "zanzibar"


def roles(person: str, scene: p.Scene, *, self_owned: bool = False) -> frozenset[str]:
    """Return what a person is to the case, as the scene was set."""
    up = scene.state in (*p.UP, "declined")
    held = {
        "ana": {p.OWNER, p.REPORTER} if self_owned else {p.OWNER},
        "dov": {p.FOR_OWNER},
        "rita": set() if self_owned else {p.REPORTER},
        "tom": set() if scene.private else {p.AFFECTED},
        "bruno": {p.ACCOUNTABLE} if up else set(),
        "dax": {p.FOR_ACCOUNTABLE} if up else set(),
        "ben": {p.ASKED} if scene.state == "offered" else set(),
        "tess": {p.TEAM},
        "gus": {p.TEAM},
        "ida": {p.ADMIN},
        "cleo": {p.LEADER},
    }.get(person, set())
    # At level 0 the owner is the accountable; who is of the owner's team is the owner too.
    if p.OWNER in held:
        held |= {p.TEAM} | (set() if up else {p.ACCOUNTABLE})
    if p.FOR_OWNER in held and not up:
        held |= {p.FOR_ACCOUNTABLE}
    return frozenset(held)


NAMES = {"reporter": "Rita", "owner": "Ana", "asked": "Ben", "accountable": "Bruno", "team": "team", "case": "case"}

_STEPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "open": (),
    "open at level 1": (("ana", "escalate C-1 need help"),),
    "acknowledged": (("ana", "ack C-1"),),
    "acknowledged at level 1": (("ana", "escalate C-1 need help"), ("bruno", "ack C-1")),
    "waiting": (("ana", "ask C-1 what is the number?"),),
    "offered": (("ana", "handover C-1 ben: his"),),
    "resolved": (("ana", "resolve C-1 fix process: put right"),),
    "fixed": (("ana", "resolve C-1 fix process: put right"), ("@reporter", "confirm C-1")),
    "unconfirmed": (("ana", "resolve C-1 fix process: put right"),),
    "withdrawn": (("@reporter", "withdraw C-1 found it"),),
    "duplicate": (("ana", "merge C-1 C-2"),),
    "declined": (("ana", "escalate C-1 need help"), ("bruno", "decline C-1 we will not")),
}  # fmt: skip


async def set_scene(database: Database, scene: p.Scene, *, self_owned: bool = False) -> Floor:
    """Bring C-1 into its state, as people would; C-2 beside it is another one of the same service."""
    floor = floor_of(database, organisation())
    hidden = "private " if scene.private else ""
    reporter = "ana" if self_owned else "rita"
    await floor.report(reporter, f"{hidden}billing: {SECRET} meter swapped", "@rita")
    await floor.report("pia", f"{hidden}billing: another bill", "@pia")
    if not scene.private:
        await done(floor, "tom", "metoo C-1")
    for who, words in _STEPS[scene.state]:
        await done(floor, reporter if who == "@reporter" else who, words)
    if scene.state == "unconfirmed":
        await through(floor, floor.clock.now() + timedelta(days=8))
    now = floor.clock.now()
    async with floor.store.begin() as tx:
        for person, cover in (("ana", "dov"), ("bruno", "dax")):
            await tx.add_absence(Absence(PersonId(person), now, now + timedelta(days=30), PersonId(cover)))
        await tx.know(Known(PersonId("gus"), gone=True))
        if scene.reporter_gone:
            await tx.know(Known(PersonId(reporter), gone=True))
    return floor


async def done(floor: Floor, who: str, words: str) -> None:
    reply = await floor.say(who, f"/case {words}")
    assert not reply.refused, (who, words, floor.text(reply))


async def stands(floor: Floor) -> tuple[Any, ...]:
    """Return the rows of the cases and how many facts there are: what a request without effect leaves as it was."""
    async with floor.store.database.read() as conn:
        rows = (await conn.execute(select(cases).order_by(cases.c.id))).all()
        return (*map(tuple, rows), await conn.scalar(select(func.count()).select_from(facts)))


@asynccontextmanager
async def copied(template: Path, to: Path) -> AsyncIterator[Database]:
    """Open a copy of a database."""
    for old in to.parent.glob(f"{to.name}*"):
        old.unlink()
    shutil.copy(template, to)
    database = await Database.open(f"sqlite:///{to}", limit=30)
    try:
        yield database
    finally:
        await database.close()


# --- the entries

WORDS = {
    "metoo": "", "chase": "", "note": "seen", "ack": "", "promise": "Friday 15:00", "ask": "what is it?", "answer": "it is 7",
    "accept": "", "handover": "eve: hers", "decline": "we will not", "severity": "critical", "take": "",
    "resolve": "fix process: put right", "confirm": "", "reopen": "still broken", "escalate": "no progress",
    "moretime": "2026-04-20 12:00", "withdraw": "found it", "merge": "C-2", "cost": "120 from billing",
}  # fmt: skip
_VALUES: Mapping[str, Mapping[str, str]] = {
    "note": {"text": "seen"}, "promise": {"until": "Friday 15:00"}, "ask": {"question": "what is it?"}, "answer": {"text": "it is 7"},
    "handover": {"to": "eve", "why": "hers"}, "decline": {"why": "we will not"}, "severity": {"severity": "critical"},
    "resolve": {"explanation": "put right", "cause": "process", "kind": "fix"}, "reopen": {"why": "still broken"},
    "escalate": {"why": "no progress"}, "moretime": {"until": "2026-04-20 12:00"}, "withdraw": {"why": "found it"}, "merge": {"to": "C-2"},
    "cost": {"cost": "120", "budget": "billing"}, "chase": {"why": "again"},
}  # fmt: skip
VERBS = tuple(WORDS)

Entry = Callable[[Floor, str, str, int], Any]


def typed_on(platform: str) -> Entry:
    """Return the entry of a command typed on a platform."""

    async def say(floor: Floor, who: str, verb: str, case: int) -> Reply:
        place = Place(platform, "T0NORTH", "help")
        return await floor.desk.handle(Said("", PersonId(who), place, f"/case {verb} C-{case} {WORDS[verb]}"))

    return say


async def pressed(floor: Floor, who: str, verb: str, case: int) -> Reply:
    """Press a button, as if its message had been sent to them."""
    return await floor.desk.handle(Pressed("", PersonId(who), Place("slack", "T0NORTH", f"@{who}", "m1"), verb, CaseId(case), None))


async def sent(floor: Floor, who: str, verb: str, case: int) -> Reply:
    """Send a form, as if it had been opened for them."""
    place = Place("discord", "T0NORTH", f"@{who}")
    return await floor.desk.handle(Submitted("", PersonId(who), place, f"{verb}:{case}:0:abcdef", _VALUES.get(verb, {})))


ENTRIES: Mapping[str, Entry] = {
    "typed in Slack": typed_on("slack"),
    "typed in Discord": typed_on("discord"),
    "typed in the local workspace": typed_on("local"),
    "a button": pressed,
    "a form": sent,
}

"""Run cells of the permission matrix, and compare what happens with the table that was written by hand.

A cell is an entry, a person, a verb and a scene. Most of them are refused, which must leave the rows of the cases as they were; whenever
something had an effect, the scene is set anew from a copy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from bot.chat import Reply
from tests.handlers.conftest import Floor, floor_of
from tests.security import permissions as p
from tests.security.stage import BOT, ENTRIES, NAMES, PEOPLE, SECRET, VERBS, copied, organisation, roles, set_scene, stands

SCENES = (
    *(p.Scene(state) for state in p.STATES),
    *(p.Scene(state, private=True) for state in p.STATES),
    *(p.Scene(state, reporter_gone=True) for state in ("resolved", "open")),
)
OWN = tuple(p.Scene(state) for state in ("open", "open at level 1", "waiting", "resolved", "fixed"))  # whoever reported it owns it
STARTS = (*SCENES, *OWN)
_ONE_IN = 4  # of the people and verbs of a scene, another quarter for each; the second key is tried by everybody
_NOBODYS = 97  # the number of a case that there never was


@dataclass(frozen=True, slots=True)
class Cell:
    """One attempt."""

    entry: str
    person: str
    verb: str
    scene: p.Scene
    self_owned: bool = False

    def __str__(self) -> str:
        special = [word for word, true in (("private", self.scene.private), ("reporter gone", self.scene.reporter_gone)) if true]
        special += ["owner reported it"] if self.self_owned else []
        return f"{self.verb} by {self.person}, {self.entry}: {', '.join([self.scene.state, *special])}"


def cells(scene: p.Scene, *, self_owned: bool = False, every: bool = False) -> Iterator[Cell]:
    """Yield the cells of a scene: by each entry, or each person and verb by one entry, which changes from one to the next."""
    entries = tuple(ENTRIES)
    start = (STARTS.index(scene) if scene in STARTS else 0) + self_owned
    for n, (person, verb) in enumerate(product(PEOPLE, VERBS)):
        # 5 entries and 21 verbs have no divisor in common: each verb is tried by each entry, by different people.
        if every:
            for entry in entries:
                yield Cell(entry, person, verb, scene, self_owned)
        elif (n + start) % _ONE_IN == 0 or (verb == "confirm" and scene.state in p.WORKS[verb]):
            yield Cell(entries[(n + n // len(VERBS) + start) % len(entries)], person, verb, scene, self_owned)


async def wrong_in(scene: p.Scene, template: Path, folder: Path, *, self_owned: bool = False, every: bool = False) -> tuple[int, list[str]]:
    """Try every cell of a scene; return how many there were, and what was not as the table has it."""
    at_start = folder / "scene.db"
    async with copied(template, at_start) as database:
        floor = await set_scene(database, scene, self_owned=self_owned)
        now = floor.clock
    trials = list(cells(scene, self_owned=self_owned, every=every))
    wrong: list[str] = []
    done = 0
    while done < len(trials):
        async with copied(at_start, folder / "cell.db") as database:
            floor = floor_of(database, organisation())
            floor.clock.set(now.now())
            before = await stands(floor)
            while done < len(trials):
                cell, reply = trials[done], await ENTRIES[trials[done].entry](floor, trials[done].person, trials[done].verb, 1)
                effect = await stands(floor) != before
                wrong += [f"{cell}: {fault}" for fault in await faults(floor, cell, reply, effect=effect)]
                done += 1
                if effect:
                    break
    return len(trials), wrong


async def faults(floor: Floor, cell: Cell, reply: Reply, *, effect: bool) -> list[str]:
    """Return what is not as the table has it."""
    held = roles(cell.person, cell.scene, self_owned=cell.self_owned)
    wanted, said = p.expected(cell.verb, held, cell.scene), floor.text(reply)
    found = []
    if effect and not wanted.may:
        found.append(f"had an effect, and they may not ({sorted(held)}): {said}")
    # "That has been done already; nothing changed" is no refusal: what is asked for is so.
    if not wanted.may and not reply.refused and (effect or "nothing changed" not in said):
        found.append(f"was not refused: {said!r}")
    if effect and reply.refused:
        found.append(f"was refused, and had an effect: {said}")
    if wanted.works and not effect and reply.form is None:
        found.append(f"had no effect, and must work for {sorted(held)}: {said}")
    if wanted.hidden:
        found += await _hidden(floor, cell, said)
    elif wanted.names is not None and not wanted.may:
        name = "Ana" if cell.self_owned and wanted.names == "reporter" else NAMES[wanted.names]
        found += [] if name in said else [f"the refusal does not say that {name} may: {said}"]
    return found


async def _hidden(floor: Floor, cell: Cell, said: str) -> list[str]:
    nobodys = floor.text(await ENTRIES[cell.entry](floor, cell.person, cell.verb, _NOBODYS))
    told = [] if said == nobodys.replace(f"C-{_NOBODYS}", "C-1") else [f"tells of a private case: {said!r}; of none: {nobodys!r}"]
    return told + ([f"tells its title: {said}"] if SECRET in said else [])


assert BOT in PEOPLE

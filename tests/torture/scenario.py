"""Who reports what, and who answers when? Chosen by lot from a seed: the same seed, the same people doing the same things.

People answer to what they were told, as people do ("resolve it after the second reminder"). So a run does not depend on how fast the
machine is, and what was never told holds up everything that should come of it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.torture.oracle import Staff

Role = Literal["reporter", "owner", "manager", "chief"]
Verb = Literal["ack", "note", "chase", "ask", "answer", "help", "resolve", "reopen", "confirm", "withdraw"]

_THINGS = ("pump", "invoice", "display", "letter", "login", "valve", "refund", "photo", "cable", "form", "hotline", "reading")
_TROUBLES = ("leaks", "is wrong", "stays dark", "never came", "hangs", "is stuck", "bounced", "is upside down", "hums", "asks twice")
_LETTERS = "bcdfghjkmnpqrstvwxz"


@dataclass(frozen=True, slots=True)
class Cue:
    """What somebody waits for: the n-th time that they were told this."""

    what: str
    who: Role
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does, after a cue (or after the step before), and so many seconds later. `press`: by a button, if there is one."""

    verb: Verb
    who: Role
    cue: Cue | None = None
    wait: float = 0.0
    press: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """One case, from its report to its end."""

    reporter: str
    service: str
    title: str
    start: float  # seconds after everything begins
    steps: tuple[Step, ...]


def scenario(seed: int, cases: int, staff: Staff, over: float, patient: bool = False) -> list[Life]:
    """Return so many cases, whose reports spread over so many seconds. `patient`: some reporters say nothing for a minute."""
    lots = random.Random(seed)
    services = sorted(staff.owners)
    return [
        Life(lots.choice(staff.reporters), services[n % len(services)], title(lots), n * over / cases, tuple(_steps(lots, patient)))
        for n in range(cases)
    ]


def title(lots: random.Random) -> str:
    """Return what somebody calls their problem; no two are called the same."""
    return f"{lots.choice(_THINGS)} {lots.choice(_TROUBLES)} {''.join(lots.choices(_LETTERS, k=8))}"


def _steps(lots: random.Random, patient: bool) -> Iterator[Step]:
    worker: Role
    match lots.choices(("prompt", "nagged", "helped", "silent", "top"), (4, 4, 2, 3, 1))[0]:
        case "prompt":
            yield Step("ack", "owner", Cue("assigned", "owner"), lots.uniform(0, 1), press=lots.random() < 0.5)
            worker = "owner"
        case "nagged":
            yield Step("ack", "owner", Cue("nag", "owner", lots.choice((1, 1, 2))), lots.uniform(0, 1))
            worker = "owner"
        case "helped":
            yield Step("ack", "owner", Cue("assigned", "owner"))
            yield Step("help", "owner", wait=lots.uniform(0, 1))
            yield Step("ack", "manager", Cue("brief", "manager"))
            worker = "manager"
        case "silent":
            yield Step("ack", "manager", Cue(lots.choice(("brief", "nag")), "manager"))
            worker = "manager"
        case _:
            yield Step("ack", "chief", Cue("brief", "chief"))
            worker = "chief"
    yield from _work(lots, worker, patient)


def _work(lots: random.Random, worker: Role, patient: bool) -> Iterator[Step]:
    for verb, who in lots.sample((("note", worker), ("note", "reporter"), ("chase", "reporter"), ("ask", worker)), lots.randint(0, 3)):
        yield Step(verb, who, wait=lots.uniform(0, 1.5))  # type: ignore[arg-type]
        if verb == "ask":
            yield Step("answer", "reporter", Cue("question", "reporter"), lots.uniform(0, 1))
    if lots.random() < 0.15:
        yield Step("withdraw", "reporter", wait=lots.uniform(0, 2))
        return
    yield Step("resolve", worker, wait=lots.uniform(0, 2))
    if lots.random() < 0.3:
        yield Step("reopen", "reporter", Cue("confirm", "reporter"), lots.uniform(0, 1))
        yield Step("resolve", worker, wait=lots.uniform(0, 1))
        yield Step("confirm", "reporter", Cue("confirm", "reporter", 2))
        return
    silent = patient and lots.random() < 0.3
    yield Step("confirm", "reporter", Cue("confirm", "reporter"), 75.0 if silent else lots.uniform(0, 1), press=lots.random() < 0.5)

"""What does the journal lack, and what is too much in it? LOST is the oracle minus the journal, WRONG the journal minus the oracle."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.torture.oracle import BREATH, GRACE, Case, Key, Nags, Oracle, World

ASKS = ("nag", "brief", "question", "confirm")  # what nobody wants to hear once it is over


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that one person was told about one case; a message about several cases is several of them."""

    what: str
    who: str
    at: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with one case."""

    lost: Counter[Key] = field(default_factory=Counter)
    wrong: Counter[Key] = field(default_factory=Counter)
    late: float = 0.0  # seconds: of what happens by itself, the longest after it was due
    steps: int = 0  # that must have been told

    @property
    def faults(self) -> int:
        """How many faults there are."""
        return self.lost.total() + self.wrong.total()


def judged(oracle: Oracle, case: Case, told: Sequence[Told], until: float) -> Verdict:
    """Return what is wrong with a case in the world that explains best what was told."""
    verdicts = (_compared(world, told) for world in oracle.worlds(case, until))
    return min(verdicts, key=lambda verdict: (verdict.faults, verdict.late))


def _compared(world: World, told: Sequence[Told]) -> Verdict:
    said = Counter((one.what, one.who) for one in told if one.what != "nag")
    lost, wrong = world.must - said, said - world.must - world.may
    reminded = [one for one in told if one.what == "nag"]
    lost += Counter({("nag", who): missing for who in _whom(world.nags) if (missing := _missing(who, world.nags, reminded)) > 0})
    wrong += Counter(("nag", one.who) for one in _unexplained(world.nags, reminded))
    if world.closed is not None:
        wrong += Counter((one.what, one.who) for one in told if one.what in ASKS and one.at > world.closed + GRACE) - wrong
    return Verdict(lost, wrong, _latest(world, told), world.must.total())


def _whom(nags: Iterable[Nags]) -> set[str]:
    return {one.who for one in nags}


def _missing(who: str, nags: Sequence[Nags], reminded: Sequence[Told]) -> int:
    return sum(one.least for one in nags if one.who == who) - sum(one.who == who for one in reminded)


def _unexplained(nags: Sequence[Nags], reminded: Sequence[Told]) -> list[Told]:
    """Return the reminders that belong to no stretch of time: too early, too late, or more than it had room for."""
    room, left = {n: one.most for n, one in enumerate(nags)}, list[Told]()
    for told in sorted(reminded, key=lambda one: one.at):
        fits = [n for n, one in enumerate(nags) if room[n] and one.who == told.who and _within(told.at, one)]
        if fits:
            room[min(fits, key=lambda n: nags[n].when.hi)] -= 1
        else:
            left.append(told)
    return left


def _within(at: float, nags: Nags) -> bool:
    return nags.when.lo - BREATH <= at <= nags.when.hi + GRACE


def _latest(world: World, told: Sequence[Told]) -> float:
    times = {key: [one.at for one in told if (one.what, one.who) == key] for key, _ in world.due}
    return max((min(times[key]) - at for key, at in world.due if times[key]), default=0.0)

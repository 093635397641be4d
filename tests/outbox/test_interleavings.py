"""Whatever happens between queueing and marking, each message is there once, in the order of its lane.

Hypothesis queues, delivers, lets processes die at every point between two commits, lets leases end and the platform fail in each way, in
any order; at the end everything heals, and the platform must hold each message exactly once.
"""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from structlog.testing import capture_logs

from bot.escalation.words import CaseId, MessageKind, PersonId
from bot.handlers.passing import sweep
from bot.ports import LEASE, PRIORITY
from bot.store.database import Database
from tests.outbox.office import ANA, BEN, CLEO, Told, at
from tests.outbox.platform import Crash, Mood, PostRoom, When

PEOPLE = st.sampled_from([ANA, BEN, CLEO])
KINDS = st.sampled_from([MessageKind.RECEIPT, MessageKind.NEWS, MessageKind.NAG, "notice"])
MOMENTS: st.SearchStrategy[When] = st.sampled_from(["claimed", "before_commit", "committed", "before_mark", "marked"])
MOODS: st.SearchStrategy[Mood] = st.sampled_from(["ok", "refuse", "limited", "lost", "lost_before", "raise", "raise_after"])
CASES = 4


class Delivering(RuleBasedStateMachine):
    """A database, a platform, and workers that come and go."""

    template: ClassVar[Path]

    @initialize()
    def open(self) -> None:
        """Open a fresh database with a few cases whose owner owes an answer."""
        self.loop = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.logs = capture_logs()
        self.logs.__enter__()
        file = shutil.copy(self.template, self.folder / "buckstop.db")
        self.room = PostRoom(self.loop.run(Database.open(f"sqlite:///{file}")))
        self.cases = [Told(id=CaseId(n)) for n in range(1, CASES + 1)]
        for story in self.cases:
            self.loop.run(self.room.save(story.report(at("9:00"))))
        self.queued = 0
        self.troubled = False  # from then on messages may overtake each other
        self.sent = 0
        self.loop.run(self.room.drain())

    @rule(to=PEOPLE, kind=KINDS, case=st.integers(0, CASES - 1))
    def queue(self, to: PersonId, kind: str, case: int) -> None:
        """Queue a message; many of the same key are one."""
        self.queued += 1
        if kind == "notice":
            self.loop.run(self.room.notice(f"notice {self.queued % 7}", to))
        else:
            self.loop.run(self.room.message(MessageKind(kind), to, self.cases[case].now))

    @rule()
    def deliver(self) -> None:
        """Let the worker do all it can."""
        self.loop.run(self.room.drain())

    @rule(moment=MOMENTS)
    def die(self, moment: When) -> None:
        """Let a process die at that moment, if it gets as far."""
        self.troubled = True
        with suppress(Crash):
            self.loop.run(self.room.drain(worker=self.room.hire(dies=moment)))

    @rule(moods=st.lists(MOODS, min_size=1, max_size=4))
    def fail(self, moods: list[Mood]) -> None:
        """Let the next sendings fail in some ways."""
        self.troubled = True
        self.room.platform.moods.extend(moods)

    @rule(findable=st.booleans())
    def look_up(self, findable: bool) -> None:
        """Let looking up work, or not."""
        self.room.platform.findable = findable

    @rule(seconds=st.sampled_from([1, 21, 61, 700]))
    def machine_time(self, seconds: int) -> None:
        """Let machine time pass: leases end, back-offs too."""
        self.room.machine.wind(seconds)

    @precondition(lambda self: hasattr(self, "room"))
    @invariant()
    def nothing_twice(self) -> None:
        """No key was posted twice, and no two sendings were in one lane at once."""
        keys = self.room.platform.keys
        assert len(keys) == len(set(keys))
        assert all(most == 1 for most in self.room.platform.most_at_once.values())

    @precondition(lambda self: hasattr(self, "room") and not self.troubled)
    @invariant()
    def in_order(self) -> None:
        """What one delivering sends into a lane comes by priority, while nothing has gone wrong."""
        new, self.sent = self.room.platform.posts[self.sent :], len(self.room.platform.posts)
        for person in (ANA, BEN, CLEO):
            urgencies = [urgency(parcel.key) for parcel in new if parcel.address.conversation == f"@{person}"]
            assert urgencies == sorted(urgencies)

    def teardown(self) -> None:
        """Heal everything, and see what arrived."""
        if not hasattr(self, "room"):
            return
        platform = self.room.platform
        platform.moods.clear()
        platform.findable = True
        for day in range(1, 5):  # what `nags_per_day` postponed comes on the days that follow
            self.room.machine.wind(LEASE.total_seconds() + 700)
            self.loop.run(sweep(self.room.store, at("9:00", day)))  # while more is to be decided, reminders wait for it
            self.loop.run(self.room.drain(at("9:00", day)))
        rows = self.loop.run(self.room.rows())
        self.loop.run(self.room.database.close())
        self.loop.close()
        self.logs.__exit__(None, None, None)
        shutil.rmtree(self.folder)

        self.nothing_twice()
        left = {row.key: row.state for row in rows if row.state not in ("delivered", "given_up", "dropped")}
        assert not left
        told = {row.bundle or row.key for row in rows if row.state == "delivered"}
        assert told == set(platform.keys)
        if not self.troubled:
            assert not [row.key for row in rows if row.state == "given_up"]


def urgency(key: str) -> int:
    """Return the priority of a message by its key."""
    if key.startswith("nags/"):
        return PRIORITY[MessageKind.NAG]
    kind = key.split("/")[2] if key.startswith("C-") else "notice"
    return PRIORITY["notice"] if kind == "notice" else PRIORITY[MessageKind(kind)]


@pytest.mark.timeout(300)
def test_any_interleaving_says_each_message_once(sqlite_template: Path) -> None:
    Delivering.template = sqlite_template
    # Without shrinking, which would take minutes here: the failing steps are printed as they are.
    found = (Phase.explicit, Phase.reuse, Phase.generate)
    quick = settings(max_examples=40, stateful_step_count=25, phases=found, suppress_health_check=[HealthCheck.too_slow], deadline=None)
    run_state_machine_as_test(Delivering, settings=quick)

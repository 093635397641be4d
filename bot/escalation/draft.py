"""A decision in the making: facts are recorded one after the other on the case, and messages hang on the latest fact."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.escalation.case import Case
from bot.escalation.decision import Decision, FollowUp, Message
from bot.escalation.facts import ClockMoved, Fact, What
from bot.escalation.org import Org
from bot.escalation.pace import next_due
from bot.escalation.roles import answering
from bot.escalation.words import MessageKind, PersonId, Reason


class Draft:
    """Used inside one call of `advance` and then thrown away; what leaves is the frozen `Decision`."""

    def __init__(self, case: Case, org: Org, now: datetime) -> None:
        self.case = case
        self.org = org
        self.now = now
        self._facts: list[Fact] = []
        self._messages: dict[tuple[int, PersonId], Message] = {}
        self._follow_ups: list[FollowUp] = []

    @property
    def touched(self) -> bool:
        """Tell whether any fact has been recorded."""
        return bool(self._facts)

    def record(self, what: What, by: PersonId | None = None, **sets: Any) -> None:
        """Add a fact and what it sets. Only what really changes is kept in it."""
        changed = {name: value for name, value in sets.items() if getattr(self.case, name) != value}
        changed["version"] = self.case.version + 1
        self.case = replace(self.case, **changed)
        self._facts.append(Fact(self.case.id, self.case.version, self.now, by, what, changed))

    def begin(self, **sets: Any) -> None:
        """Settle a field of a case that has no fact yet."""
        self.case = replace(self.case, **sets)

    def open_with(self, what: What, by: PersonId) -> None:
        """Record the first fact, which sets every field of the case as it stands."""
        every = {name: getattr(self.case, name) for name in Case.__dataclass_fields__} | {"version": 1}
        self.case = replace(self.case, version=1)
        self._facts.append(Fact(self.case.id, 1, self.now, by, what, every))

    def tell(self, kind: MessageKind, *people: PersonId, but: PersonId | None = None) -> None:
        """Tell people, or whoever answers for them, about the latest fact: each at most once, and not the one who did it."""
        for person in people:
            reader = self._reader(person)
            if reader is not None and but not in (reader, person):
                message = Message(kind, reader, self.case.id, self.case.version)
                self._messages.setdefault((message.fact, reader), message)

    def _reader(self, person: PersonId) -> PersonId | None:
        """Whoever the reporter wants left out must not learn of the case by standing in for somebody, nor as an admin."""
        left_out = set(self.case.concerned) - {self.case.owner, self.case.accountable}
        reader = answering(self.org, person, self.now)
        reader = person if reader in left_out else reader
        return None if reader in left_out else reader

    def amend(self, **sets: Any) -> None:
        """Let the latest fact set something more, which could only be known after it."""
        changed = {name: value for name, value in sets.items() if getattr(self.case, name) != value}
        self.case = replace(self.case, **changed)
        last = self._facts[-1]
        self._facts[-1] = replace(last, sets={**last.sets, **changed})

    def then(self, follow_up: FollowUp) -> None:
        """Have another case decided in the same transaction."""
        self._follow_ups.append(follow_up)

    def decided(self, reason: Reason = Reason.DONE) -> Decision:
        """Set the next due time and hand the decision over."""
        due = next_due(self.case, self.org, self.now)
        if due != self.case.due:
            self._set_due(due)
        return Decision(self.case, reason, tuple(self._facts), tuple(self._messages.values()), follow_ups=tuple(self._follow_ups))

    def _set_due(self, due: datetime | None) -> None:
        if not self._facts:
            # The due time is part of the row, and the row is nothing but its facts: even a mere shift needs one.
            clock = self.case.resolution_clock
            self.record(ClockMoved(self.case.accountable, self.case.accountable, clock.deadline if clock else None), due=due)
            return
        self.amend(due=due)

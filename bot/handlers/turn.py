"""One transaction from the inside: who asks, what is held, and how a decision is carried out with everything that follows from it."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.chat import Inbound, Reply
from bot.escalation.advance import advance
from bot.escalation.case import Case, Place
from bot.escalation.decision import Decision
from bot.escalation.facts import Merged, fold
from bot.escalation.org import Org
from bot.escalation.requests import Absorb, OfferRemedy, Report, Request
from bot.escalation.words import CaseId, PersonId
from bot.handlers import causes, lasting, remedies
from bot.handlers.settings import Settings
from bot.handlers.understanding import form_id
from bot.ports import Reading, Tx
from bot.wording import forms


class LockFirst(Exception):
    """These cases must be locked together, in number order: begin again with them. Two that wait for each other never end."""

    def __init__(self, cases: Iterable[CaseId]) -> None:
        super().__init__()
        self.cases = frozenset(cases)


class TakeBack(Exception):
    """A case that had to follow cannot: undo all of it, and say why."""

    def __init__(self, decision: Decision) -> None:
        super().__init__()
        self.decision = decision


@dataclass(kw_only=True)
class Deciding:
    """A transaction in which cases are decided: what it holds, and how a decision is kept with everything that follows from it."""

    tx: Tx
    org: Org
    now: datetime
    held: dict[CaseId, Case] = field(default_factory=dict)
    beside: list[Case] = field(default_factory=list)  # what was opened, leaned on or taken up besides

    async def lock(self, *cases: CaseId) -> list[Case | None]:
        """Return cases, locked, in the order asked for; None for one that does not exist."""
        new = [case for case in cases if case not in self.held]
        if new and self.held and min(new) < max(self.held):
            raise LockFirst({*self.held, *new})
        self.held |= await self.tx.locked(sorted(new)) if new else {}
        return [self.held.get(case) for case in cases]

    async def decide(self, case: Case | None, request: Request) -> Decision:
        """Let the engine decide, and keep what it decided together with what follows in other cases."""
        decision = advance(case, request, self.org, self.now)
        await self.keep(decision)
        return decision

    async def keep(self, decision: Decision) -> None:
        """Write a decision down, and decide what follows from it in other cases."""
        if decision.facts:
            await self.tx.save(decision)
            if decision.case is not None:
                self.held[decision.case.id] = decision.case
        await lasting.take_up(self, decision)
        await causes.look(self, decision)
        await remedies.found(self, decision)
        # All of them at once: one by one, each could mean to begin again.
        await self.lock(*(one.case for one in decision.follow_ups if not isinstance(one.request, Report)))
        for follow_up in decision.follow_ups:
            await self._follow(follow_up.case, follow_up.request)

    async def _follow(self, number: CaseId, request: Request) -> None:
        if isinstance(request, Report):
            followed = await lasting.open_or_lean(self, request)
        else:
            case = await self._meant(number, request)
            followed = await self.decide(case, await self._completed(number, request))
        if followed.refusal is not None:
            raise TakeBack(followed)

    async def _meant(self, number: CaseId, request: Request) -> Case | None:
        """Return the case that a decision concerns, locked: of a duplicate that is offered a remedy, the one that goes on."""
        (case,) = await self.lock(number)
        while isinstance(request, OfferRemedy) and case is not None and not case.live and case.merged_into is not None:
            (case,) = await self.lock(case.merged_into)
        return case

    async def _completed(self, number: CaseId, request: Request) -> Request:
        """Return the request with what only the timeline knows: how the case was before the merge that is undone."""
        if not isinstance(request, Absorb) or not request.undo:
            return request
        timeline = await self.tx.timeline(number)
        merged = [
            fact.n for fact in timeline if isinstance(fact.what, Merged) and fact.what.absorbed == request.other.id and not fact.what.undone
        ]
        last = max((n for n in merged if n > 1), default=None)
        return replace(request, before=fold(timeline[: last - 1])) if last is not None else request


@dataclass(kw_only=True)
class Scene:
    """Who asks, where, and what can be read."""

    reading: Reading
    inbound: Inbound
    org: Org
    now: datetime
    settings: Settings

    @property
    def by(self) -> PersonId:
        """Return who asks, also where they became somebody else on the way here."""
        return self.org.who_is(self.inbound.by)

    @property
    def place(self) -> Place:
        """Return where."""
        return self.inbound.place

    def form(self, verb: str, case: Case | None, preset: Mapping[str, Any], version: int = 0) -> Reply:
        """Return a form to fill in, with what is known already. Opening one writes nothing. `version` is of what is no case."""
        number = form_id(verb, case.id if case else None, case.version if case else version, self._nonce())
        given = {name: str(value) for name, value in preset.items()}
        return Reply(form=forms.form(verb, case, self.org, self.by, self.now, number, given), case=case.id if case else None)

    def _nonce(self) -> str:
        # From the event, so that the same event again opens the same form; without a key there is no "again".
        key = self.inbound.key
        return hashlib.sha256(key.encode()).hexdigest()[:12] if key else secrets.token_hex(6)


@dataclass(kw_only=True)
class Turn(Scene, Deciding):
    """What somebody set going, while its transaction lasts."""

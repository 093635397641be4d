"""Who had the same as what was escalated and fixed, and did not shout? They are named, and offered the same remedy by one button.

`found` runs when an escalated case is confirmed as fixed, in the same transaction; `whom` and `offer_one` are the button, and
`silent_sufferers` is what the digest tells of a span. What a silent sufferer is, `bot.escalation.silent` decides.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.chat import Reply
from bot.escalation.case import Case
from bot.escalation.decision import Decision
from bot.escalation.lasting import cause_of
from bot.escalation.likeness import said
from bot.escalation.requests import FindSilent, OfferRemedy
from bot.escalation.silent import Sufferers, is_escalated_fix, remedies_refused, shouted, sufferers, within
from bot.escalation.words import CaseId, Kind, Outcome, PersonId, ServiceId, case_name
from bot.handlers.likely import MOST_COMPARED, alike
from bot.ports import Reading, Where
from bot.wording import causes, refusals

if TYPE_CHECKING:
    from bot.handlers.turn import Deciding, Scene

MOST_LOOKED_AT = 200  # cases of one service and cause; the newest
COUNTED_FOR = timedelta(days=30)
"""So long after its fix a case's silent sufferers are counted in each digest, until each is settled."""


async def found(deciding: "Deciding", decision: Decision) -> None:
    """Put on record who had the same without shouting, once an escalated case is confirmed as fixed."""
    case = decision.case
    fixed_now = any(fact.sets.get("outcome") is Outcome.FIXED for fact in decision.facts)
    if case is None or not fixed_now or case.private or not is_escalated_fix(case):
        return
    silent = await sufferers_of(deciding.tx, case)
    if silent.waiting:
        await deciding.decide(deciding.held.get(case.id, case), FindSilent(silent.waiting))


class Seen:
    """What has been read already, where the sufferers of many cases are asked for in a row: most of them are the same."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._cases: dict[CaseId, Case | None] = {}
        self._alike: dict[tuple[ServiceId, str], list[Case]] = {}
        self._loud: dict[CaseId, bool] = {}

    async def case(self, number: CaseId) -> Case | None:
        """Return a case."""
        if number not in self._cases:
            self._cases[number] = await self._reading.case(number)
        return self._cases[number]

    async def of_cause(self, service: ServiceId, cause: str) -> list[Case]:
        """Return the newest problems of a service and a cause."""
        if (service, cause) not in self._alike:
            where = Where(kind=Kind.PROBLEM, service=service, cause=cause, limit=MOST_LOOKED_AT)
            self._alike[service, cause] = await self._reading.cases(where)
            self._cases |= {case.id: case for case in self._alike[service, cause]}
        return self._alike[service, cause]

    async def loud(self, numbers: Collection[CaseId]) -> list[CaseId]:
        """Return those of these cases whose reporters had them escalated."""
        new = await self._reading.timelines(sorted(set(numbers) - self._loud.keys()))
        self._loud |= {number: shouted(facts) for number, facts in new.items()}
        return [number for number in sorted(numbers) if self._loud[number]]


async def sufferers_of(reading: Reading, case: Case, seen: Seen | None = None) -> Sufferers:
    """Return who suffers silently from what an escalated fix was about."""
    seen = seen or Seen(reading)
    same_words = await _same_words(reading, case)
    candidates = [other for number in same_words if (other := await seen.case(number)) is not None]
    if cause_of(case):
        candidates += await seen.of_cause(case.service, cause_of(case))
    cause = await seen.case(case.under) if case.under is not None else None
    for number in cause.linked[-MOST_LOOKED_AT:] if cause is not None else ():
        linked = await seen.case(number)
        candidates += [linked] if linked is not None else []
    loud = await seen.loud({other.id for other in candidates if other.escalations})
    return sufferers(case, candidates, same_words, loud)


async def _same_words(reading: Reading, case: Case) -> Collection[CaseId]:
    others = await reading.like(case, case.closed_at, MOST_COMPARED)
    texts = {number: said(*other) for number, other in others.items()}
    return frozenset(alike(case.id, texts | {case.id: said(case.title, case.text)}))


# --- the button ------------------------------------------------------------------------------------------------------------------


async def whom(scene: "Scene", case: Case) -> Sequence[CaseId] | Reply:
    """Return whose reporters are to be offered what fixed a case, or the answer to give instead."""
    refusal = remedies_refused(case, scene.by, scene.org, scene.now)
    if refusal is not None:
        return Reply(lines=refusals.refused(refusal, case, scene.org, scene.now), refused=True, case=case.id)
    silent = await sufferers_of(scene.reading, case)
    if silent.waiting:
        return silent.waiting
    return Reply(lines=(causes.offered(case, (), len(silent.offered)),), case=case.id)


async def offer_one(deciding: "Deciding", by: PersonId, of: Case, number: CaseId) -> bool:
    """Offer the remedy to one case's reporters, in its own transaction; tell whether it was. A second time does nothing."""
    (case,) = await deciding.lock(number)
    if case is None or case.private or of.private:
        return False  # a private case is in nobody else's mouth: neither is it told of one, nor is one told of it
    return bool((await deciding.decide(case, OfferRemedy(by, of.id))).facts)


# --- the digest ------------------------------------------------------------------------------------------------------------------


async def silent_sufferers(reading: Reading, services: Collection[ServiceId], start: datetime, end: datetime) -> list[Mapping[str, Any]]:
    """Return what the digest of [start, end) tells of those who did not shout.

    That is every escalated fix confirmed in the span whose cause others have who did not have it escalated; and each one confirmed in the
    thirty days before the end, as long as not all of them are settled. An empty `services` is all of them. Private cases are only counted.
    """
    since = min(start, end - COUNTED_FOR)
    closed = await reading.cases(Where(kind=Kind.PROBLEM, live=False, climbed=True, closed_from=since, closed_until=end))
    entries, seen = list[Mapping[str, Any]](), Seen(reading)
    for case in sorted(closed, key=lambda case: case.id):
        if case.private or (services and case.service not in services) or not within(case, since, end):
            continue
        await asyncio.sleep(0)  # SQLite answers without waiting: it is others' turn
        silent = await sufferers_of(reading, case, seen)
        if silent.unsettled or (within(case, start, end) and silent.settled):
            entries.append(_entry(case, silent))
    return entries


def _entry(case: Case, silent: Sufferers) -> Mapping[str, Any]:
    return {
        "case": case_name(case.id),
        "title": case.title,
        "service": case.service,
        "team": case.team,
        "cause": cause_of(case),
        "waiting": list(map(case_name, silent.waiting)),
        "offered": list(map(case_name, silent.offered)),
        "settled": list(map(case_name, silent.settled)),
        "private": silent.private,
    }

"""Who had the same as what was escalated and fixed, and did not shout? They are named, and offered the same remedy by one button.

`found` runs when an escalated case is confirmed as fixed, in the same transaction; `whom` and `offer_one` are the button. What a silent
sufferer is, `bot.escalation.silent` decides, and what the digest tells of them, `bot.escalation.beside`.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.chat import Reply
from bot.escalation.case import Case
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.lasting import cause_of
from bot.escalation.likeness import said
from bot.escalation.requests import FindSilent, OfferRemedy
from bot.escalation.silent import Sufferers, fixed_above, kin, remedies_refused, sufferers
from bot.escalation.story import Story, stories
from bot.escalation.words import CaseId, Kind, Outcome, PersonId, Status
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
    if case is None or not fixed_now or case.private or not fixed_above(case):
        return
    if not (await _stories(deciding.tx, [case.id]))[case.id].went_up:
        return
    silent = await _of(deciding.tx, [case], await _same_words(deciding.tx, case))
    if silent.unsettled:
        await deciding.decide(deciding.held.get(case.id, case), FindSilent(silent.unsettled))


async def sufferers_of(reading: Reading, case: Case) -> Sufferers:
    """Return who suffers silently now from what an escalated fix, and those of the same cause that were confirmed lately, were about."""
    fixes = [case, *await _kin(reading, case)]
    told = await _stories(reading, [fix.id for fix in fixes])
    went_up = [fix for fix in fixes if told[fix.id].went_up]
    if case not in went_up:
        return Sufferers()
    return await _of(reading, went_up, {number for fix in went_up for number in told[fix.id].silent})


async def _kin(reading: Reading, case: Case) -> list[Case]:
    """Return the other fixes of the same cause that the digest tells together with this one."""
    if not cause_of(case) or case.closed_at is None:
        return []
    since = case.closed_at - COUNTED_FOR
    where = Where(
        kind=Kind.PROBLEM, live=False, climbed=True, service=case.service, cause=cause_of(case), closed_from=since, limit=MOST_LOOKED_AT
    )
    same = [other for other in await reading.cases(where) if other.id != case.id and not other.private and fixed_above(other)]
    return sorted(
        (other for other in same if kin(other) == kin(case)), key=lambda other: (other.closed_at or since, other.id), reverse=True
    )


async def _of(reading: Reading, fixes: Sequence[Case], same_words: Collection[CaseId]) -> Sufferers:
    """Return who suffers from what these fixes were about, as the cases stand now."""
    candidates = {case.id: case for number in same_words if (case := await reading.case(number)) is not None}
    if cause_of(fixes[0]):
        where = Where(kind=Kind.PROBLEM, service=fixes[0].service, cause=cause_of(fixes[0]), limit=MOST_LOOKED_AT)
        candidates |= {case.id: case for case in await reading.cases(where)}
    for under in sorted({fix.under for fix in fixes if fix.under is not None}):
        cause = await reading.case(under)
        hung = [await reading.case(number) for number in (cause.linked[-MOST_LOOKED_AT:] if cause is not None else ())]
        candidates |= {linked.id: linked for linked in hung if linked is not None}
    loud = [
        number for number, story in (await _stories(reading, [c.id for c in candidates.values() if c.escalations])).items() if story.loud
    ]
    return sufferers(fixes, candidates.values(), same_words, loud)


async def _stories(reading: Reading, numbers: Collection[CaseId]) -> dict[CaseId, Story]:
    timelines = await reading.timelines(sorted(numbers))
    return {story.case.id: story for story in stories(timelines.values(), _EVER, _NEVER)}


_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


async def _same_words(reading: Reading, case: Case) -> Collection[CaseId]:
    others = await reading.like(case, case.closed_at, MOST_COMPARED)
    texts = {number: said(*other) for number, other in others.items()}
    return frozenset(alike(case.id, texts | {case.id: said(case.title, case.text)}))


# --- the button ------------------------------------------------------------------------------------------------------------------


async def whom(scene: "Scene", case: Case) -> Sequence[CaseId] | Reply:
    """Return whose reporters are to be offered what fixed a case, or the answer to give instead."""
    refusal = remedies_refused(case, scene.by, scene.org, scene.now)
    if refusal is None and not (await _stories(scene.reading, [case.id]))[case.id].went_up:
        refusal = Refusal(No.NO_FIX, "remedies", who=(case.owner,))
    if refusal is not None:
        return Reply(lines=refusals.refused(refusal, case, scene.org, scene.now), refused=True, case=case.id)
    silent = await sufferers_of(scene.reading, case)
    if silent.waiting:
        return silent.waiting
    return Reply(lines=(causes.offered(case, (), len(silent.offered)),), case=case.id)


async def offer_one(deciding: "Deciding", by: PersonId, of: Case, number: CaseId) -> bool:
    """Offer the remedy to one case's reporters, in its own transaction; tell whether it was. A second time does nothing."""
    (case,) = await deciding.lock(number)
    # A private case is in nobody else's mouth: neither is it told of one, nor is one told of it. And one question at a time.
    if case is None or case.private or of.private or case.status is Status.RESOLVED:
        return False
    return bool((await deciding.decide(case, OfferRemedy(by, of.id))).facts)

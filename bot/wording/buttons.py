"""Which buttons does somebody get? Only those that would be accepted as the case stands.

A button is a hint: when it is pressed, role and state are checked anew. One that could only be refused is still an annoyance, so
a test presses every button that is shown here against the engine.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from bot.chat import Button
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.roles import acts_for, holds_key, in_team, is_accountable, is_owner
from bot.escalation.words import CaseId, Kind, Outcome, PersonId, Status

LABELS = {
    "ack": "Acknowledge",
    "promise": "Promise a date",
    "ask": "Ask the reporter",
    "handover": "Hand over",
    "escalate": "I need help",
    "resolve": "It is fixed",
    "renew": "Let it stand longer",
    "take": "Take it",
    "chase": "Ask again",
    "moretime": "Give more time",
    "withdraw": "Withdraw",
    "confirm": "Yes, it is fixed",
    "reopen": "Still broken",
    "accept": "Accept",
    "decline": "Decline",
    "answer": "Answer",
    "metoo": "Me too",
    "key": "I will say when it is fixed",
    "show": "Show",
    "lacked": "What was missing",
    "consent": "Agree",
    "severity": "Change severity",
}
_STYLES: dict[str, Literal["primary", "danger", "plain"]] = {
    "ack": "primary",
    "confirm": "primary",
    "accept": "primary",
    "answer": "primary",
    "consent": "primary",
    "reopen": "danger",
}

BUSY = (Status.OPEN, Status.ACKNOWLEDGED, Status.WAITING)


def button(verb: str, case: Case, label: str | None = None) -> Button:
    """Return a verb's button for a case as it stands."""
    return Button(verb, label or LABELS[verb], case.id, case.version, _STYLES.get(verb, "plain"))


def for_owner(case: Case, org: Org, by: PersonId, now: datetime) -> tuple[Button, ...]:
    """Return what the owner, the accountable, or whoever acts for them can do."""
    if case.status not in BUSY or not (is_owner(by, case, org, now) or is_accountable(by, case, org, now)):
        return ()
    can = {
        "ack": _acknowledges(case, org, by, now),
        "promise": case.kind is not Kind.DEBT or case.wanted_by is None or case.wanted_by > now,
        "ask": case.question is None and case.waited < org.rules.waiting_at_most,
        "handover": case.offer is None,
        "escalate": not case.at_top,
        "resolve": True,
        "renew": case.kind is Kind.DEBT,
        "take": _takes(case, org, by, now),
    }
    return tuple(button(verb, case) for verb, may in can.items() if may)


def for_reporter(case: Case, org: Org, by: PersonId, now: datetime) -> tuple[Button, ...]:
    """Return what those who reported it, or have the same problem, can do while it is worked on."""
    if case.status not in BUSY:
        return ()
    key = holds_key(by, case)
    can = {
        "chase": key or by in case.affected,
        "escalate": key and not case.at_top and now >= case.answer_by,
        "moretime": key and case.resolution_clock is not None,
        "withdraw": key,
    }
    labels = {"escalate": "Next level, please"}
    return tuple(button(verb, case, labels.get(verb)) for verb, may in can.items() if may)


def for_key(case: Case, by: PersonId) -> tuple[Button, ...]:
    """Return the reporter's key: confirm, or still broken; after closing, what can still be said."""
    if not holds_key(by, case):
        return (button("key", case),) if case.live and by == case.author else ()
    if case.status is Status.RESOLVED:
        done, not_done = (None, None) if case.kind in (Kind.PROBLEM, Kind.ROUTE) else ("Yes, it is done", "No, not yet")
        yes = () if by in case.answered_yes else (button("confirm", case, done),)
        return (*yes, button("reopen", case, not_done))
    if case.status is not Status.CLOSED:
        return ()
    match case.outcome:
        case Outcome.FIXED if case.recheck_asked is not None:
            return (button("confirm", case, "Yes, still fixed"), button("reopen", case, "No, broken again"))
        case Outcome.FIXED:
            return (button("reopen", case, "Broken again"),)
        case Outcome.UNCONFIRMED:
            return (button("confirm", case), button("reopen", case))
        case Outcome.WITHDRAWN:
            return (button("reopen", case, "Reopen"),)
        case Outcome.DECLINED if not case.at_top and case.appeals == 0:
            return (button("reopen", case, "Take it one level up"),)
        case _:
            return ()


def for_offer(case: Case, org: Org, by: PersonId, now: datetime) -> tuple[Button, ...]:
    """Return the answers to a hand-over."""
    if case.status is Status.CLOSED or case.offer is None or not acts_for(by, case.offer.to, org, now):
        return ()
    return (button("accept", case), button("decline", case))


def for_question(case: Case, by: PersonId) -> tuple[Button, ...]:
    """Return the answer to a question."""
    return (button("answer", case),) if case.status is Status.WAITING and holds_key(by, case) else ()


def for_wish(case: Case, by: PersonId) -> tuple[Button, ...]:
    """Return the consent to another severity."""
    if case.status is Status.CLOSED or case.severity_wish is None or not holds_key(by, case):
        return ()
    return (button("consent", case, f"Agree to {case.severity_wish.severity}"), button("severity", case, "Choose another"))


def for_lacking(case: Case, org: Org, by: PersonId, now: datetime) -> tuple[Button, ...]:
    """Return the answer to what level 0 lacked of an escalated case, for those who can give it, as long as it is not said in full."""
    done = case.resolution
    if done is None or case.kind is not Kind.PROBLEM or not case.escalations or (done.lacked and done.change):
        return ()
    may = acts_for(by, done.by, org, now) or is_owner(by, case, org, now) or is_accountable(by, case, org, now)
    return (button("lacked", case),) if may else ()


def for_everybody(case: Case, org: Org) -> tuple[Button, ...]:
    """Return the buttons of the card that stands in the thread, where nobody knows who reads it."""
    busy, live = case.status in BUSY, case.live
    can = {"metoo": live, "chase": busy, "take": busy and _others_could_take(case, org), "show": True}
    return tuple(button(verb, case) for verb, may in can.items() if may)


def for_reader(case: Case, org: Org, by: PersonId, now: datetime) -> tuple[Button, ...]:
    """Return everything that this person can do, the answers that are owed first; each verb once."""
    return once(
        for_offer(case, org, by, now),
        for_question(case, by),
        for_wish(case, by),
        for_key(case, by),
        for_owner(case, org, by, now),
        for_reporter(case, org, by, now),
        (button("show", case),),
    )


def once(*groups: Iterable[Button]) -> tuple[Button, ...]:
    """Return the buttons of several groups, each verb of a case once: the first."""
    kept: dict[tuple[str, CaseId | None], Button] = {}
    for group in groups:
        for each in group:
            kept.setdefault((each.id, each.case), each)
    return tuple(kept.values())


def few(buttons: tuple[Button, ...], case: Case, most: int = 2) -> tuple[Button, ...]:
    """Return the first few, named after their case: in a message about several, "Acknowledge" alone could mean any."""
    name = f"C-{case.id}"
    return tuple(Button(b.id, f"{name}: {b.label}", b.case, b.version, b.style) for b in buttons[:most])


def _others_could_take(case: Case, org: Org) -> bool:
    team = (person.id for person in org.people.values() if case.team is not None and person.team == case.team)
    return any(person != case.owner and person not in case.concerned for person in (case.accountable, *team))


def _acknowledges(case: Case, org: Org, by: PersonId, now: datetime) -> bool:
    """Tell whether an acknowledgement would do anything: stop the clock, or show that the owner has seen it."""
    here = is_accountable(by, case, org, now) or (case.level == 0 and is_owner(by, case, org, now))
    seen = is_owner(by, case, org, now) and not case.owner_acknowledged and case.status is Status.OPEN
    return (here and case.response is not None) or seen


def _takes(case: Case, org: Org, by: PersonId, now: datetime) -> bool:
    may = is_accountable(by, case, org, now) or in_team(by, case, org)
    return by != case.owner and may and by not in case.concerned

"""Why not? One sentence for each refusal: what is not possible, why, and who may or how to mend it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from bot.chat import Line, Moment, Part, Typed
from bot.escalation.case import Case
from bot.escalation.decision import No, Refusal
from bot.escalation.org import Org
from bot.escalation.span import Span
from bot.escalation.words import CaseId, Outcome, case_name
from bot.wording.plain import begun, listed, people, say, shortened, who

# What each verb does, to be put after "may" or "too late to".
DOING: Mapping[str, str] = {
    "report": "report it",
    "metoo": "join {case}",
    "key": "take over saying when {case} is fixed",
    "chase": "chase {case}",
    "note": "add a note to {case}",
    "answer": "answer on {case}",
    "ack": "acknowledge {case}",
    "promise": "promise a date for {case}",
    "ask": "ask about {case}",
    "handover": "hand {case} over",
    "accept": "accept {case}",
    "decline": "decline {case}",
    "severity": "change the severity of {case}",
    "take": "take {case}",
    "resolve": "resolve {case}",
    "confirm": "confirm {case}",
    "reopen": "reopen {case}",
    "escalate": "send {case} up a level",
    "moretime": "give {case} more time",
    "withdraw": "withdraw {case}",
    "merge": "merge {case}",
    "cause": "say whether that is one cause",
    "remedies": "offer to others what fixed {case}",
    "again": "say what {case} is again",
    "cost": "record a cost for {case}",
    "time": "record the time spent on {case}",
    "lacked": "say what level 0 lacked of {case}",
    "renew": "renew the workaround of {case}",
    "remedy": "say whether that helps with {case}",
    "outcome": "say what came of {case}",
    "announce": "announce a change of that service",
}

# Roles that stand for people whom the refusal does not name.
_UNNAMED = {
    "a leader": "a leader",
    "whoever its cases go up to": "whoever its cases go up to",
    "an admin": "an admin",
    "anyone of the service's team": "somebody of the team whose service it is",
    "those affected": "somebody who has the same problem",
    "those on the case": "somebody on the case",
}

_EMPTY = {
    "note": "The note is empty; write what there is to note.",
    "answer": "The answer is empty; write it down.",
    "resolve": "Say what was wrong and what was done; the reporter is asked with those words.",
    "decline": "Say why; the reporter is told with those words.",
    "renew": "Say why it cannot be put right by then; the level above reads those words.",
}


# {case}, {do} (the verb), {who} (who may, or who has it), {at} (the refusal's time) and {other} (another case) are filled in.
_SENTENCES: Mapping[No, str] = {
    No.NOT_CLOSED: "{case} is not closed, so it is too early to {do}.",
    No.WAITING_ALREADY: "{case} is waiting for an answer from {who} already, until {at}; ask again after it.",
    No.NOT_WAITING: "{case} is not waiting for an answer; write a note instead.",
    No.TOO_EARLY: "You may {do} from {at} on; until then {who} has time to answer.",
    No.IN_THE_PAST: "A date is for a time to come, and {at} is past; write one such as Friday 15:00.",
    No.NOT_LATER: "That is no later than {at}, which {case} has anyway; give it a later time.",
    No.NO_OFFER: "Nobody is asked to take {case} over at present; {who} owns it.",
    No.OFFER_OPEN: "{who} is asked to take {case} over already and can answer until {at}; wait for that.",
    No.OWNS_IT: "{who} owns {case} already, so there is nothing to change.",
    # The same words for whoever is away and for whoever is named as concerned, who must not learn of it.
    No.CANNOT_ANSWER: "{who} cannot take {case} over at present; ask somebody else.",
    No.INTO_ITSELF: "{case} cannot be merged into itself; name the other case.",
    No.INTO_CLOSED: "{other} is closed, so nothing can be merged into it; merge it into {case} instead, or name another.",
    No.INTO_PUBLIC: "{case} is private and {other} is not, so it cannot be merged into it.",
    No.STANDS_UNTIL: "The workaround of {case} stands until {at}; let it stand longer with /case renew, which asks for a reason.",
    No.PRIVATE: "A private case joins no other, and none joins it; {case} goes on by itself.",
    No.TOO_LONG_AGO: "{other} was closed long ago, and could be the same again until {at}; {case} goes on by itself.",
    No.HAS_CAUSE: "The cause behind those cases has a case already, {other}; say there what is known of it.",
    No.NONE_LEFT: "The cases that were asked about count no more, so there is no cause to open a case for.",
    No.OTHER_KIND: "{case} and {other} are not of one kind, and each has its own owner and key, so they cannot be merged; both go on.",
    No.NOT_AGAIN: "{other} is of another service, or did not end as fixed, so {case} goes on by itself; its owner may merge the two.",
    No.NO_CAUSE: "Nobody has asked whether other cases have the same cause as {case}; that is asked once there are enough of them.",
    No.NO_FIX: "{case} was not escalated and confirmed as fixed, so there is no remedy of it to offer.",
    No.PRIVATE_FIX: "{case} is private, so what fixed it is offered to nobody: its number alone would tell of it.",
    No.FINAL: "{who} declined {case}, and that decision is final; a new report starts a new case.",
    No.LEVEL_ZERO: "{case} can be declined only once it has gone up a level; {who} can hand it over or ask for help.",
    No.ALREADY_ON_IT: "You are on {case} already, and hear how it ends.",
    No.ALREADY_DONE: "That has been done already; nothing changed.",
    No.NOT_A_DEBT: "{case} is no workaround that is to be put right, so there is nothing to renew; {who} can promise another date.",
    No.NEVER_UP: "{case} never went up a level, so there is nothing to say of what level 0 lacked.",
    No.NOT_FIXED: "What came of it is asked of problems that are closed as fixed, and {case} is not one of them.",
    No.NO_REMEDY: "Nothing is offered for {case} at present; {who} owns it, and you can chase it.",
}


def refused(refusal: Refusal, case: Case | None, org: Org, now: datetime) -> tuple[Line, ...]:
    """Return what to answer to somebody who asked for something that cannot be: one sentence, as the lines of a reply."""
    name = case_name(case.id) if case else "it"
    doing = DOING.get(refusal.verb, refusal.verb).format(case=name)
    template = _SENTENCES.get(refusal.no)
    sentence = _filled(template, refusal, name, doing, org) if template else _special(refusal, name, doing, case, org)
    return (begun(sentence),)


def _filled(template: str, no: Refusal, name: str, doing: str, org: Org) -> Line:
    parts: dict[str, Part | Line] = {
        "case": name,
        "do": doing,
        "who": people(no.who, org, "or") if no.who else "its owner",
        "at": Moment(no.when) if no.when else "then",
        "other": _other(no),
    }
    return say(template, **{part: value for part, value in parts.items() if f"{{{part}}}" in template})


def _special(  # noqa: C901 - one line a refusal: a table of contents
    no: Refusal, name: str, doing: str, case: Case | None, org: Org
) -> Line:
    match no.no:
        case No.NOT_YOURS:
            return _not_yours(no, doing, org)
        case No.CLOSED:
            return _closed(doing, name, case, org)
        case No.NOT_RESOLVED:
            return _not_resolved(no, doing, name, org)
        case No.ALREADY_RESOLVED:
            return _resolved(no, doing, org)
        case No.WAITING_USED_UP:
            return say("{case} has waited for answers for {cap} in all, as long as it may; write a note instead.", case=name, cap=_cap(no))
        case No.AT_TOP:
            return _at_top(no, name, case, org)
        case No.UNKNOWN_PERSON:
            return _unknown("Nobody here is called “{typed}”", no.about.get("person"), [person.name for person in org.people.values()])
        case No.UNKNOWN_SERVICE:
            names = [service.name for service in org.services.values()]
            return _unknown("There is no service called “{typed}”", no.about.get("service"), names)
        case No.UNKNOWN_SEVERITY:
            return _unknown("There is no severity called “{typed}”", no.about.get("severity"), list(org.severities))
        case No.SAME_SEVERITY:
            return say("The severity of {case} is {severity} already.", case=name, severity=Typed(str(no.about.get("severity", "this"))))
        case No.TOO_LATE:
            return _too_late(no)
        case No.BAD_AMOUNT:
            return (_AMOUNTS.get(no.verb, "A cost is an amount of zero or more; write it like 120.50."),)
        case No.EMPTY:
            return (_EMPTY.get(no.verb, f"To {doing}, some words are needed; write them."),)
        case _:
            raise ValueError(f"there are no words for the refusal {no.no}")


_AMOUNTS = {
    "time": "Minutes are a whole number, at least 1 and at most a month's; write them like 45.",
    "outcome": "The answer is yes or no, or from 1 to 5 for the process; write it like process 4.",
}


def _too_late(no: Refusal) -> Line:
    at = Moment(no.when) if no.when else "then"
    if no.verb == "reopen":
        return say("The merge into {other} could be undone until {at}; report it anew if it is something else.", other=_other(no), at=at)
    return say("That is too far off: no date after {at} can be kept; write an earlier one.", at=at)


def _not_yours(no: Refusal, doing: str, org: Org) -> Line:
    may: list[Part] = [who(person, org) for person in no.who]
    may += [_UNNAMED[role] for role in no.roles if role in _UNNAMED]
    if not may:
        return say("You cannot {do}; it is for those on the case.", do=doing)
    hint = "; if you have the same problem, join it with “me too”" if no.verb == "chase" else ""
    return say("Only {who} may {do}{hint}.", who=listed(may, "or"), do=doing, hint=hint)


def _closed(doing: str, name: str, case: Case | None, org: Org) -> Line:
    if case is None or case.outcome is None:
        return say("It is too late to {do}: it is closed.", do=doing)
    if case.outcome is Outcome.DUPLICATE and case.merged_into is not None:
        other = case_name(case.merged_into)
        return say("It is too late to {do}: it was closed as a duplicate of {other}, which goes on.", do=doing, other=other)
    reopen = say("{keys} can reopen it", keys=people(case.keyholders, org, "or"))
    if case.outcome is Outcome.DECLINED and (case.at_top or case.appeals > 0):
        reopen = ("that decision is final",)
    return say("It is too late to {do}: {case} is closed as {how}; {reopen}.", do=doing, case=name, how=case.outcome, reopen=reopen)


def _not_resolved(no: Refusal, doing: str, name: str, org: Org) -> Line:
    owner = people(no.who, org) if no.who else ("its owner",)
    if no.verb == "reopen":
        return say("{case} is still open, so there is nothing to reopen; {who} has it, and you can chase it.", case=name, who=owner)
    return say("It is too early to {do}: {who} has not said yet that it is fixed.", do=doing, who=owner)


def _resolved(no: Refusal, doing: str, org: Org) -> Line:
    asked, are = (people(no.who, org) if no.who else ("the reporter",)), "are" if len(no.who) > 1 else "is"
    template = "It is too late to {do}: {who} {are} asked whether it is fixed, and “still broken” brings it back."
    return say(template, do=doing, who=asked, are=are)


def _at_top(no: Refusal, name: str, case: Case | None, org: Org) -> Line:
    they = people(no.who, org) if no.who else ("its last level",)
    if case is not None and case.stranded:
        return say("Nobody above {who} can be reached for {case}; the admins know of it, and reminders go on.", who=they, case=name)
    return say("{case} is at the top already: nobody is above {who}, and reminders go on until it is closed.", case=name, who=they)


def _unknown(template: str, typed: Any, known: Iterable[str]) -> Line:
    word, names = str(typed or ""), sorted(known)
    close = get_close_matches(word.casefold(), [name.casefold() for name in names], n=1)
    meant = next((name for name in names if close and name.casefold() == close[0]), None)
    line = say(template, typed=shortened(word, 60))
    if meant is not None:
        return say("{line}; did you mean {name}?", line=line, name=Typed(meant))
    there = listed([Typed(name) for name in names[:12]])
    return say("{line}; there are {there}.", line=line, there=there) if names else say("{line}.", line=line)


def _other(no: Refusal) -> str:
    other = no.about.get("case")
    return case_name(CaseId(other)) if isinstance(other, int) else "the other case"


def _cap(no: Refusal) -> str:
    cap = no.about.get("cap")
    return cap.words() if isinstance(cap, Span) else "the time allowed"

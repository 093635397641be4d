"""What does a message look like? One card for each kind: why it came, what it is about, what happens next, and what can be pressed.

Cards are drawn when they are sent, from the case as it is then, so that they are true when they are read.
"""

from datetime import datetime

from bot.chat import Card, Line, Moment, Typed
from bot.escalation.case import Case
from bot.escalation.facts import Answered, Fact, Noted, RouteDead
from bot.escalation.org import Org
from bot.escalation.probing import by_probe
from bot.escalation.roles import acts_for
from bot.escalation.words import FixKind, Kind, MessageKind, PersonId
from bot.wording import buttons as b
from bot.wording import causes, lasting, routes
from bot.wording import pieces as p
from bot.wording.briefs import brief
from bot.wording.digest import message as digest
from bot.wording.fate import fate_line, holders
from bot.wording.nagging import nag, nags
from bot.wording.people import platform_name
from bot.wording.plain import say, shortened, who
from bot.wording.reasons import service_name
from bot.wording.timeline import changed, entry, route

__all__ = ["digest", "echo", "message", "nags", "notice", "standing"]

_LONGEST_ECHO = 2000  # of what was said in another thread; the timeline has the whole


def message(  # noqa: C901 - one line a kind: a table of contents
    kind: MessageKind, fact: Fact, case: Case, org: Org, reader: PersonId, now: datetime
) -> Card:
    """Draw one message about one fact for whoever reads it."""
    match kind:
        case MessageKind.RECEIPT:
            return _receipt(case, org, reader, now)
        case MessageKind.ASSIGNED:
            return _assigned(fact, case, org, reader, now)
        case MessageKind.NAG:
            return nag(fact, case, org, reader, now)
        case MessageKind.BRIEF:
            return brief(fact, case, org, reader, now)
        case MessageKind.NEWS:
            return _news(fact, case, org, reader, now)
        case MessageKind.OFFER:
            return _offer(case, org, reader, now)
        case MessageKind.QUESTION:
            return _question(case, org, reader, now)
        case MessageKind.CONFIRM:
            return _confirm(case, org, reader, now)
        case MessageKind.RECHECK:
            return _recheck(case, org, reader, now)
        case MessageKind.CONSENT:
            return _consent(case, org, reader, now)
        case MessageKind.LACKED:
            return lasting.lacked(case, org, reader, now)
        case MessageKind.OUTCOME:
            return lasting.outcome(case, org, reader, now)
        case MessageKind.REMEDY:
            return lasting.remedy(case, org, reader, now)
        case MessageKind.CAUSE:
            return causes.proposed(case, org, reader, now)
        case MessageKind.SILENT:
            return causes.silent(fact, case, org, reader, now)
        case MessageKind.ADMIN:
            return _admin(fact, case, org)


def notice(line: Line) -> Card:
    """Draw one line."""
    return Card(line)


def echo(fact: Fact, case: Case, org: Org, said_in: str) -> Card:
    """Draw what somebody said in a thread of the case, for its other threads: who, where, and their words."""
    words = fact.what.text if isinstance(fact.what, Noted) else fact.what.answer if isinstance(fact.what, Answered) else None
    if fact.by is None or words is None:
        raise ValueError(f"nobody said fact {fact.n} of {p.name(case)}")
    again = words.startswith(changed())
    said = "{by}, in {where}, changed a message:" if again else "{by}, in {where}:"
    text = shortened(words.removeprefix(changed()), _LONGEST_ECHO)
    rest: Line = (f"The whole is in /case show {p.name(case)}.",) if text.text.endswith("…") else ()
    return p.card(case, say(said, by=who(fact.by, org), where=platform_name(said_in)), [(text,), rest], ())


def standing(case: Case, org: Org, now: datetime) -> Card:
    """Draw the card that stands where the case was reported: what, who, how it stands, what comes next. Edited in place."""
    headline = (f"{p.name(case)}: a private case",) if case.private else say("{case}: {title}", case=p.name(case), title=p.title(case))
    others = f" Affected: {len(case.affected) + len(case.keyholders)}." if case.affected else ""
    state = say(
        "{service}, {status}. Owner: {owner}. Contacts: {n}.{others}",
        service=service_name(case.service, org),
        status=p.status(case),
        owner=who(case.owner, org),
        n=str(case.contacts),
        others=others,
    )
    return p.card(case, headline, (state, fate_line(case, org, now)), b.for_everybody(case, org))


def _receipt(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    if case.kind in lasting.OF_ANOTHER:
        return lasting.receipt(case, org, reader, now)
    if case.probed:
        return _receipt_of_probe(case, org, reader, now)
    if reader == case.author and reader not in case.keyholders:
        return _receipt_of_author(case, org, reader, now)
    owner: Line = ("you own it yourself",) if case.owner == reader else say("{who} owns it", who=who(case.owner, org))
    lines = [
        p.about(case, org),
        ("You will be told here of every change, and only you can say that it is fixed.",),
        p.to_acknowledge(case, org, now) if case.owner == reader else (),
        fate_line(case, org, now),
    ]
    return p.card(
        case, say("{case}: thank you, it is in, and {owner}.", case=p.name(case), owner=owner), lines, b.for_reader(case, org, reader, now)
    )


def _receipt_of_probe(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    lines = [p.about(case, org), *p.details(case), (routes.KEY,), fate_line(case, org, now)]
    headline = say("{case}: a probe found a dead contact route, and {who} owns it.", case=p.name(case), who=who(case.owner, org))
    return p.card(case, headline, lines, b.for_reader(case, org, reader, now))


def _receipt_of_author(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    lines = [
        p.about(case, org),
        say("{who} will be asked whether it is fixed. If it is your problem, take that over with the button.", who=who(case.reporter, org)),
        fate_line(case, org, now),
    ]
    headline = say("{case}: {who} reported what you wrote.", case=p.name(case), who=who(case.reporter, org))
    return p.card(case, headline, lines, b.for_reader(case, org, reader, now))


def _assigned(fact: Fact, case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    opening = fact.n == 1
    due = p.to_acknowledge(case, org, now) if case.level == 0 or reader == case.accountable else ()
    headline = say("{case}: {state}. {due}", case=p.name(case), state="new" if opening else "yours now", due=due)
    lines = [
        *p.standing_in((case.owner,), org, reader, now),
        p.about(case, org),
        *p.details(case),
        p.reported(case, org),
        _why_yours(case, org) if opening else p.quoted(entry(fact, org, case)),
        fate_line(case, org, now),
    ]
    return p.card(case, headline, lines, b.for_reader(case, org, reader, now))


def _why_yours(case: Case, org: Org) -> Line:
    if case.kind in lasting.OF_ANOTHER:
        return lasting.why_yours(case)
    if case.route is not None and case.level == 0:
        return routes.why_yours(case.route, org)
    if case.level == 0:
        return say("You own it, because you answer for {service}.", service=service_name(case.service, org))
    above = who(case.accountable, org)
    return say("You own it. It went straight to {above}, because nobody could answer for you when it came.", above=above)


def _news(fact: Fact, case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    said = p.after_colon(p.quoted(entry(fact, org, case)))
    lines = [p.about(case, org), *p.standing_in(_on_it(case), org, reader, now)]
    moved = "accountable" in fact.sets and fact.n > 1 and fact.sets["accountable"] == case.accountable and case.level > 0
    if moved and "escalations" not in fact.sets:
        # It moved without an escalation: somebody was skipped, or a merge brought it up.
        lines.append(say("It is with {who} now (level {n}).", who=who(case.accountable, org), n=str(case.level)))
    lines.append(fate_line(case, org, now))
    return p.card(case, say("{case}: {said}", case=p.name(case), said=said), lines, b.for_reader(case, org, reader, now))


def _on_it(case: Case) -> tuple[PersonId, ...]:
    asked = (case.offer.to,) if case.offer else ()
    return (case.accountable, case.owner, *asked, *case.keyholders, *case.affected)


def _offer(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    offer = case.offer
    if offer is None:
        return p.card(case, say("{case}: the hand-over has been settled.", case=p.name(case)), (fate_line(case, org, now),), ())
    desk = say(" for {service}", service=service_name(offer.service, org)) if offer.service else ()
    headline = say("{by} asks you to take {case} over{desk}.", by=who(offer.by, org), case=p.name(case), desk=desk)
    lines = [
        *p.standing_in((offer.to,), org, reader, now),
        say("{by} says: {why}", by=who(offer.by, org), why=shortened(offer.why, p.LONGEST_QUOTE)) if offer.why.strip() else (),
        p.about(case, org),
        *p.details(case),
        p.reported(case, org),
        fate_line(case, org, now),
    ]
    return p.card(case, headline, lines, b.once(b.for_offer(case, org, reader, now), (b.button("show", case),)))


def _question(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    question = case.question
    if question is None:
        return p.card(case, say("{case}: no answer is needed any more.", case=p.name(case)), (fate_line(case, org, now),), ())
    headline = say(
        "{by} asks about {case}: {words}", by=who(question.by, org), case=p.name(case), words=shortened(question.text, p.LONGEST_QUOTE)
    )
    lines = [
        *p.standing_in(case.keyholders, org, reader, now),
        p.about(case, org),
        ("Answer with the button, or just reply here.",),
        fate_line(case, org, now),
    ]
    return p.card(case, headline, lines, b.for_question(case, reader))


def _confirm(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    done = case.resolution
    by = "A probe" if by_probe(case) else who(done.by if done else case.owner, org)
    lines = [*p.standing_in(case.keyholders, org, reader, now), p.about(case, org), *found(case, org)]
    done_ = "fixed" if case.kind in (Kind.PROBLEM, Kind.ROUTE) else "done"
    ours = " who reported it" if done_ == "fixed" and not case.probed else ""
    lines.append((f"Only you{ours} can say so; silence does not count as {done_}.",))
    lines.append(fate_line(case, org, now))
    # Who fixed what they reported themselves gets one message of it, and would not be asked what was missing.
    lacking = b.for_lacking(case, org, reader, now) if done is not None and acts_for(reader, done.by, org, now) else ()
    pressed = b.once(b.for_key(case, reader), lacking)
    return p.card(case, say("Is {case} {done}? {by} says so.", case=p.name(case), done=done_, by=by), lines, pressed)


def found(case: Case, org: Org) -> tuple[Line, ...]:
    """Return what the owner found and did."""
    done = case.resolution
    if done is None:
        return ()
    how = "A way round it" if done.kind is FixKind.WORKAROUND else "What was done"
    return (say("{how}: {words}", how=how, words=shortened(done.explanation, p.LONGEST_QUOTE)),)


def _recheck(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    closed = say("It was closed as fixed on {at}.", at=Moment(case.closed_at)) if case.closed_at else ()
    lines = [
        *p.standing_in(case.keyholders, org, reader, now),
        p.about(case, org),
        say("{closed} If it broke again, it is reopened one level higher; if you say nothing, nothing changes.", closed=closed),
        fate_line(case, org, now),
    ]
    return p.card(case, say("Is {case} still fixed?", case=p.name(case)), lines, b.for_key(case, reader))


def _consent(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    wish = case.severity_wish
    if wish is None:
        return p.card(case, say("{case}: the question of its severity is settled.", case=p.name(case)), (fate_line(case, org, now),), ())
    headline = say(
        "{by} would like {case} to be {after} instead of {before}.",
        by=who(wish.by, org),
        case=p.name(case),
        after=Typed(wish.severity),
        before=Typed(case.severity),
    )
    lines = [
        *p.standing_in(case.keyholders, org, reader, now),
        p.about(case, org),
        ("That would give it more time, so it needs your consent. Without it, nothing changes.",),
        fate_line(case, org, now),
    ]
    return p.card(case, headline, lines, b.for_wish(case, reader))


def _admin(fact: Fact, case: Case, org: Org) -> Card:
    # Without the title: an admin need not be on the case, and it may be private.
    said = route(fact.what, org) if isinstance(fact.what, RouteDead) else entry(fact, org, case)
    mend = "Please correct the account, the manager or the chain in the configuration; `buckstop doctor` tests every route."
    headline = say("{case}: {said}", case=p.name(case), said=p.after_colon(p.quoted(said)))
    return Card(headline, (say("{holders}.", holders=holders(case, org)), (mend,)), case=case.id)

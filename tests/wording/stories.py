"""Stories that between them send every kind of message and write every kind of fact."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.escalation.facts import fold
from bot.escalation.requests import (
    Absorb,
    Accept,
    Acknowledge,
    Again,
    Answer,
    AnswerCause,
    AnswerRemedy,
    Ask,
    CameBack,
    Chase,
    Confirm,
    Decline,
    Escalate,
    FindSilent,
    GiveTime,
    HandOver,
    Link,
    MakePromise,
    Merge,
    MeToo,
    Note,
    OfferRemedy,
    ProposeCause,
    Reckon,
    RecordCost,
    RecordTime,
    Recur,
    Renew,
    Reopen,
    Resolve,
    RouteProbed,
    SayLacked,
    SayOutcome,
    SetSeverity,
    StillFixed,
    Take,
    TakeKey,
    Tick,
    Withdraw,
)
from bot.escalation.span import Span
from bot.escalation.words import CaseId, FixKind, Kind, PersonId, RouteId, ServiceId, Text
from tests.wording.office import MONDAY, ORG, Play, away, report

ANA, AMIR, BEN, BRUNO, CARA, CLEO, ED, IDA, RITA = (
    PersonId(name) for name in ("ana", "amir", "ben", "bruno", "cara", "cleo", "ed", "ida", "rita")
)  # fmt: skip


def silence() -> Play:
    """Nobody ever answers: up to the top, and on."""
    play = Play().do(report(asked_before=5))
    for _ in range(14):
        play.wait()
    return play


def fixed() -> Play:
    """The way it should be, with a chase, a promise that is kept, a cost, and both re-checks."""
    play = Play().do(report("Meter swapped, bill is 9,000", text=Text("The meter was swapped on Tuesday. The new bill is 9,000 pounds.")))
    play.do(Chase(RITA, Text("any news?")), minutes=20).do(MeToo(ED), minutes=1).do(MeToo(ED)).do(Acknowledge(ANA)).do(Acknowledge(ANA))
    play.do(MakePromise(ANA, MONDAY + timedelta(days=1, hours=6)), minutes=5).do(MakePromise(ANA, MONDAY + timedelta(days=1, hours=6)))
    play.do(Note(ANA, Text("the old reading is in the system")))
    play.do(Resolve(ANA, Text("Reading corrected, bill reissued."), "process", cost=Decimal("120.50"), budget="billing"), hours=3)
    play.do(Confirm(RITA), hours=1).do(Confirm(RITA)).do(RecordCost(ANA, Decimal(40), "metering"), hours=1)
    return play.wait().do(StillFixed(RITA), hours=1).wait().do(Reopen(RITA, Text("the next bill is wrong again")), hours=2)


def pointed_at() -> Play:
    """Somebody reports what another one wrote, who takes the key."""
    play = Play().do(report(author=ED)).do(TakeKey(ED), minutes=5).do(TakeKey(ED)).do(Acknowledge(ANA))
    return play.do(Resolve(ANA, Text("Credited."), "process")).do(Confirm(ED))


def broken_promise() -> Play:
    """A promise is moved, moved again, and breaks."""
    play = Play().do(report()).do(Acknowledge(ANA))
    for hours in (4, 5, 6):
        play.do(MakePromise(ANA, MONDAY + timedelta(hours=hours)))
    return play.wait().wait().wait()


def late_promise() -> Play:
    """A promise simply passes."""
    return Play().do(report()).do(MakePromise(ANA, MONDAY + timedelta(hours=3))).wait()


def waiting() -> Play:
    """A question that is answered, and one that is not."""
    play = Play().do(report()).do(Ask(ANA, Text("What is the meter number?")), minutes=10).do(Ask(ANA, Text("And the street?")))
    play.do(Answer(RITA, Text("4711")), hours=1).do(Ask(ANA, Text("Which of the two?")))
    for _ in range(3):
        play.wait()
    return play.do(Ask(ANA, Text("Please?")))


def hands() -> Play:
    """Hand-overs: declined, lapsed, accepted, taken, back again: a loop."""
    play = Play().do(report()).do(Acknowledge(ANA)).do(HandOver(ANA, BEN, Text("it is the meter")))
    play.do(HandOver(ANA, AMIR, Text("or you"))).do(Decline(BEN, Text("not ours")), minutes=5)
    play.do(HandOver(ANA, AMIR, Text("you know the system"))).wait().wait()
    play.do(HandOver(ANA, None, Text("wrong desk"), ServiceId("metering"))).do(Accept(BEN), minutes=10)
    return play.do(HandOver(BEN, ANA, Text("the bill is yours"))).do(Accept(ANA), minutes=10).do(Take(CLEO))


def taken() -> Play:
    """Somebody of the team takes it, then asks for help."""
    return Play().do(report()).do(Take(AMIR), minutes=5).do(Escalate(AMIR, Text("I may not change tariffs")), minutes=5).do(Take(BRUNO))


def help_while_away() -> Play:
    """Bruno is away; Cara acts for him, and declines the case, which Rita does not accept."""
    org = away("bruno", MONDAY - timedelta(days=1), MONDAY + timedelta(days=9))
    play = Play(org=org).do(report()).do(Escalate(RITA, Text("now, please"))).do(Escalate(RITA, Text("it is urgent")), hours=2)
    play.do(Acknowledge(CARA), minutes=5).do(Acknowledge(ANA)).do(Decline(CARA, Text("the tariff is the law")), minutes=20)
    return play.do(Reopen(RITA, Text("it is not"))).do(Decline(CLEO, Text("I have read it; it is")), hours=1).do(Reopen(RITA))


def skipped() -> Play:
    """Ana is away and nobody covers; then Bruno leaves the company."""
    play = Play(org=away("ana", MONDAY - timedelta(days=1), MONDAY + timedelta(days=9))).do(report())
    gone = replace(play.org.people[BRUNO], gone=True)
    play.org = replace(play.org, people={**play.org.people, BRUNO: gone})
    return play.do(Reckon(), hours=1)


def stranded() -> Play:
    """Nobody above can be reached at all."""
    people = {**ORG.people, BRUNO: replace(ORG.people[BRUNO], reachable=False), CLEO: replace(ORG.people[CLEO], gone=True)}
    return Play(org=replace(ORG, people=people)).do(report()).do(Escalate(ANA, Text("too big for me"))).do(Escalate(ANA, Text("hello?")))


def owner_gone() -> Play:
    """The owner leaves for good."""
    play = Play().do(report()).do(Acknowledge(ANA))
    play.org = replace(ORG, people={**ORG.people, ANA: replace(ORG.people[ANA], gone=True)})
    return play.do(Reckon(), hours=1)


def clock_moved() -> Play:
    """Ana says that she is away tomorrow; her clock is set anew."""
    play = Play().do(report()).do(Acknowledge(ANA))
    play.org = away("ana", MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    return play.do(Reckon(), hours=1)


def severities() -> Play:
    """The owner's wish, the reporter's consent, the reporter's own choice, and more time."""
    play = Play().do(report()).do(SetSeverity(ANA, "low")).do(SetSeverity(RITA, "low")).do(SetSeverity(RITA, "critical"))
    play.do(GiveTime(RITA, more=Span.parse("2h")))
    crowd = {**ORG.severities, "crowd": replace(ORG.severities["critical"], id="crowd", rank=3, affected=2)}
    play.org = replace(ORG, severities=crowd)
    return play.do(MeToo(ED), minutes=3)


def chased() -> Play:
    """Three chases, and it goes up."""
    play = Play().do(report())
    return play.do(Chase(RITA), minutes=5).do(Chase(RITA)).do(Chase(RITA, Text("please")), minutes=5)


def still_broken() -> Play:
    """A workaround that does not hold, twice."""
    play = Play().do(report())
    for _ in range(2):
        play.do(Resolve(ANA, Text("restarted it"), "memory", FixKind.WORKAROUND), hours=1).do(
            Reopen(RITA, Text("no, still 9,000")), hours=1
        )
    return play


def unconfirmed() -> Play:
    """Nobody says whether it is fixed."""
    play = Play().do(report()).do(Resolve(ANA, Text("done"), "process"), hours=1)
    return play.wait().wait().wait().do(Confirm(RITA), hours=1)


def unasked() -> Play:
    """The question whether it is fixed is on its way for a day; then the reporter has it, and says nothing."""
    play = Play().do(report()).do(Resolve(ANA, Text("done"), "process"), hours=1)
    for _ in range(2):
        assert play.there.due is not None
        play.now = play.there.due
        play.do(Tick(unasked=True))
    return play.wait().wait().wait()


def withdrawn() -> Play:
    """Withdrawn, and taken back."""
    play = Play().do(report()).do(Withdraw(RITA, Text("it was my own fault")), hours=1).do(Withdraw(RITA, Text("really")))
    return play.do(Reopen(RITA), hours=1)


def merged() -> tuple[Play, Play]:
    """Two reports of the same; the merge is undone."""
    one, other = Play().do(report()), Play().do(report("Bill far too high", by="ed", id=CaseId(2)))
    other.do(Escalate(ANA, Text("twice now")), minutes=5)
    other.do(Merge(ANA, one.there), minutes=10)
    one.now = other.now
    one.do(Absorb(ANA, other.there)).do(Resolve(BRUNO, Text("credited"), "process"), hours=1).do(Confirm(RITA))
    other.do(Reopen(ED, Text("mine is another")), hours=2)
    one.now = other.now
    one.do(Absorb(ED, other.there, undo=True))
    return one, other


def own_key() -> Play:
    """Reporter and owner are one person."""
    return Play().do(report(by="ana")).do(Resolve(ANA, Text("done"), "process")).do(Confirm(ANA))


def reporter_gone() -> Play:
    """The reporter has left; an admin confirms."""
    play = Play().do(report()).do(Resolve(ANA, Text("done"), "process"))
    play.org = replace(ORG, people={**ORG.people, RITA: replace(ORG.people[RITA], gone=True)})
    return play.do(Confirm(IDA))


def private() -> Play:
    """A private case that names whom it concerns."""
    play = Play().do(report("My manager reads my mail", private=True, concerned=(BRUNO,)))
    return play.do(HandOver(ANA, BRUNO, Text("yours"))).wait().wait()


def lacking() -> Play:
    """Bruno fixes what had come up, says only later what was missing, and Rita what came of it."""
    play = Play().do(report()).do(Escalate(ANA, Text("I may not change tariffs")), hours=1)
    play.do(Resolve(BRUNO, Text("Credited by hand."), "process", minutes=25), hours=2).do(Confirm(RITA), hours=1)
    play.do(SayLacked(ANA, None)).do(SayLacked(RITA, "authority")).do(SayLacked(BRUNO, "authority"), hours=1)
    play.do(SayLacked(BRUNO, None, Text("Let clerks correct bills up to 10,000"), BEN, MONDAY + timedelta(days=9)), minutes=5)
    play.do(SayLacked(BRUNO, "authority")).do(Link(None, CaseId(2), kind=Kind.CHANGE)).do(RecordTime(BRUNO, 10), minutes=5)
    play.do(SayOutcome(RITA, "needed", 0)).do(SayOutcome(RITA, "process", 4)).do(SayOutcome(RITA, "prevented", 1))
    return play.do(SayOutcome(RITA, "prevented", 1)).do(SayOutcome(RITA, "process", 6)).do(SayOutcome(ED, "needed", 1))


def change() -> Play:
    """A change that came of a case: made in time, and still the next case had to be escalated."""
    title = "Let clerks correct bills up to 10,000"
    opened = report(title, "ana", id=CaseId(2), kind=Kind.CHANGE, owner=BEN, origin=CaseId(1), linked=(CaseId(1),), cause_of="process")
    play = Play().do(replace(opened, wanted_by=MONDAY + timedelta(days=3))).do(Acknowledge(BEN), minutes=30)
    play.do(Renew(BEN, MONDAY + timedelta(days=9), Text("holidays")))
    play.do(Resolve(BEN, Text("The limit is 10,000 now."), "process"), days=2).do(Confirm(ANA), hours=1)
    play.do(SayLacked(BEN, "authority")).do(SayOutcome(ANA, "process", 3))
    return play.do(CameBack(CaseId(7)), days=6).do(CameBack(CaseId(8)), hours=1).do(Link(ANA, CaseId(9)))


def debt() -> Play:
    """A workaround that is renewed twice, with more and more cases leaning on it, and put right at last."""
    until = MONDAY + timedelta(days=4)
    opened = report(
        "Restarted the meter gateway", "rita", id=CaseId(3), kind=Kind.DEBT, origin=CaseId(1), linked=(CaseId(1),), wanted_by=until
    )
    play = Play().do(opened).do(Acknowledge(ANA), minutes=30).do(Link(None, CaseId(5), kind=Kind.PROBLEM)).do(Link(None, CaseId(5)))
    play.do(Renew(ANA, until, Text("the part is late"))).do(Renew(ANA, until + timedelta(days=4), Text(" ")))
    play.do(Renew(RITA, until + timedelta(days=4), Text("no hurry"))).do(
        Renew(ANA, until + timedelta(days=4), Text("the part is late")), hours=3
    )
    play.do(Renew(BRUNO, until + timedelta(days=8), Text("still late")), hours=1).do(
        Renew(CLEO, until + timedelta(days=11), Text("and later"))
    )
    return play.wait().do(Resolve(ANA, Text("The gateway has been replaced."), "equipment"), hours=1).do(Confirm(RITA), hours=1)


def leaning() -> Play:
    """A way round a problem is a debt, and the problem belongs to a cause behind several."""
    play = Play().do(report()).do(Resolve(ANA, Text("Restarted the gateway."), "equipment", FixKind.WORKAROUND, minutes=5), hours=1)
    return play.do(Link(None, CaseId(3), kind=Kind.DEBT)).do(Link(IDA, under=CaseId(4), kind=Kind.CAUSE))


def remedies() -> Play:
    """What fixed another case is offered: it does not help; later something else does."""
    play = Play().do(report()).do(AnswerRemedy(RITA, helped=True)).do(OfferRemedy(IDA, CaseId(9))).do(OfferRemedy(IDA, CaseId(9)))
    play.do(AnswerRemedy(ED, helped=True)).do(AnswerRemedy(RITA, helped=False), hours=1).do(OfferRemedy(None, CaseId(8)), hours=1)
    return play.do(AnswerRemedy(RITA, helped=True), minutes=20).do(AnswerRemedy(RITA, helped=True))


def dead_route() -> Play:
    """A probe finds a dead route; it answers, it does not, and the second time it goes up; at last an admin confirms."""
    opened = report("Contact form does not work", "ida", id=CaseId(6), kind=Kind.ROUTE, owner=ANA, route=RouteId("website"), probed=True)
    up, down = RouteProbed(works=True, seen=Text("It answers 200.")), RouteProbed(works=False, seen=Text("It answers 404."))
    play = Play().do(opened).do(down, minutes=10).do(up, hours=1).do(up, minutes=5).do(down, hours=1).do(up, hours=1).do(down, hours=1)
    return play.do(up, hours=1).do(Confirm(IDA), hours=1)


def one_cause() -> Play:
    """Three cases may have one cause: at first it is said that they have not, then that they have."""
    play = Play().do(report()).do(ProposeCause((CaseId(1),))).do(Resolve(ANA, Text("Corrected by hand."), "tariff table"), hours=1)
    three = tuple(CaseId(number) for number in (1, 2, 3))
    play.do(AnswerCause(ANA, one=True)).do(ProposeCause(three)).do(AnswerCause(RITA, one=True)).do(AnswerCause(ANA, one=False), minutes=5)
    return play.do(AnswerCause(ANA, one=False)).do(AnswerCause(ANA, one=True, cause=CaseId(4)), minutes=5).do(ProposeCause(three))


def cause() -> Play:
    """The case behind three others: it is put right, and whoever answers for it at level 1 says so."""
    three = tuple(CaseId(number) for number in (1, 2, 3))
    opened = report("The cause behind 3 cases: tariff table", "bruno", id=CaseId(4), kind=Kind.CAUSE, origin=CaseId(3), linked=three)
    play = Play().do(replace(opened, cause_of="tariff table")).do(Acknowledge(ANA), minutes=30)
    return play.do(Resolve(ANA, Text("The table is read anew each night."), "tariff table"), days=1).do(Confirm(BRUNO), hours=1)


def silent() -> Play:
    """What Bruno fixed after it had come up, others had too, and did not shout."""
    play = Play().do(report()).do(FindSilent((CaseId(2),))).do(Escalate(ANA, Text("I may not change tariffs")), hours=1)
    play.do(Resolve(BRUNO, Text("Credited by hand."), "process"), hours=2).do(Confirm(RITA), hours=1)
    return play.do(FindSilent((CaseId(2),))).do(FindSilent(tuple(CaseId(number) for number in range(2, 20))), minutes=1)


def again() -> tuple[Play, Play]:
    """What was fixed is reported anew, and goes on."""
    one, other = fixed_once(), Play().do(report("Bill far too high again", by="ed", id=CaseId(2), asked_before=1))
    other.do(Again(RITA, one.there)).do(Again(ED, replace(one.there, service=ServiceId("metering")))).do(Again(ED, one.there), minutes=5)
    one.now = other.now
    return one.do(Recur(ED, other.there)).do(Recur(ED, other.there)), other


def fixed_once() -> Play:
    """Reported, resolved, confirmed."""
    return Play().do(report()).do(Resolve(ANA, Text("Credited."), "process")).do(Confirm(RITA))


def all_stories() -> Iterator[tuple[str, Play]]:
    """Every story by its name, each of them sound: its facts fold back to its case."""
    for tell in (
        fixed, silence, pointed_at, broken_promise, late_promise, waiting, hands, taken, help_while_away, skipped, stranded, owner_gone,
        clock_moved, severities, chased, still_broken, unconfirmed, unasked, withdrawn, own_key, reporter_gone, private,
        lacking, change, debt, leaning, remedies, one_cause, cause, silent, dead_route,
    ):  # fmt: skip
        yield tell.__name__, tell()
    one, other = merged()
    yield "merged", one
    yield "merged_away", other
    one, other = again()
    yield "again", one
    yield "again_away", other


def sound(play: Play) -> bool:
    return fold(play.facts) == play.case

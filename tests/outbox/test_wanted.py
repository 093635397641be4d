"""Is a message still wanted when it can be sent at last?"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.escalation.case import Place
from bot.escalation.org import Absence
from bot.escalation.requests import (
    Accept,
    Acknowledge,
    Answer,
    Ask,
    Chase,
    Confirm,
    Decline,
    Escalate,
    HandOver,
    MakePromise,
    Reopen,
    Resolve,
    SetSeverity,
    Withdraw,
)
from bot.escalation.words import MessageKind, PersonId, Text
from bot.outbox.wanted import unwanted
from bot.ports import Delivery, Recipient
from tests.outbox.office import ANA, BEN, BRUNO, ORG, RITA, Steps, at, told

WHY = Text("because")
ACK = (Acknowledge(ANA), at("9:05"))
ASK = (Ask(ANA, Text("which meter?")), at("9:10"))
RESOLVE = (Resolve(ANA, WHY, "process"), at("9:20"))
OFFER = (HandOver(ANA, BEN, WHY), at("9:06"))


def delivery_of(before: Steps, until: datetime, kind: MessageKind, to: PersonId, after: Steps, when: datetime) -> Delivery:
    """Return the last message of that kind said by `until`, as a delivery that finds the case after what came later."""
    story = told(before, until)
    message, fact = story.last(kind, to)
    for request, then in after:
        story.wait(then)
        story.does(request, then)
    story.wait(when)
    return Delivery(1, message.key, message.kind, Recipient(person=to), "lane", case=story.now, fact=fact)


NAG, BRIEF, QUESTION, CONFIRM, OFFERED = (
    MessageKind.NAG,
    MessageKind.BRIEF,
    MessageKind.QUESTION,
    MessageKind.CONFIRM,
    MessageKind.OFFER,
)
# what happened, until when, what was said to whom; what came then, and when it can be sent; whether it still must be
CASES: dict[str, tuple[Steps, datetime, MessageKind, PersonId, Steps, datetime, bool]] = {
    "a nag while nobody has answered": ([], at("9:30"), NAG, ANA, [], at("9:40"), True),
    "a nag, but it is acknowledged now": ([], at("9:30"), NAG, ANA, [(Acknowledge(ANA), at("9:35"))], at("9:40"), False),
    "a nag, but it went up a level": ([], at("9:30"), NAG, ANA, [], at("11:00"), False),
    "a nag of an earlier level to who owns it still": (
        [ACK],
        at("10:00"),
        NAG,
        ANA,
        [(Escalate(ANA, WHY), at("10:01"))],
        at("10:02"),
        False,
    ),
    "a nag to the owner who works on it": ([ACK], at("9:40"), NAG, ANA, [], at("9:50"), True),
    "a nag, but there is a promise now": ([ACK], at("9:40"), NAG, ANA, [(MakePromise(ANA, at("15:00")), at("9:45"))], at("9:50"), False),
    "a nag, and the promise is past": (
        [ACK, (MakePromise(ANA, at("9:30", 1)), at("9:10"))],
        at("11:00", 1),
        NAG,
        BRUNO,
        [],
        at("11:01", 1),
        True,
    ),
    "a nag, but it is withdrawn": ([], at("9:30"), NAG, ANA, [(Withdraw(RITA, WHY), at("9:35"))], at("9:40"), False),
    "a nag, but somebody else owns it": ([ACK, OFFER], at("9:40"), NAG, ANA, [(Accept(BEN), at("9:45"))], at("9:50"), False),
    "a nag to who was asked to take it": ([ACK, OFFER], at("9:40"), NAG, BEN, [], at("9:50"), True),
    "a nag to who was asked, but declined": ([ACK, OFFER], at("9:40"), NAG, BEN, [(Decline(BEN, WHY), at("9:45"))], at("9:50"), False),
    "a nag to the reporter who owes the answer": ([ACK, ASK], at("17:00", 2), NAG, RITA, [], at("17:00", 2), True),
    "a nag to the reporter who has answered": (
        [ACK, ASK],
        at("17:00", 2),
        NAG,
        RITA,
        [(Answer(RITA, WHY), at("17:01", 2))],
        at("17:02", 2),
        False,
    ),
    "a nag for the answer to an earlier question": (
        [ACK, ASK],
        at("17:00", 2),
        NAG,
        RITA,
        [(Answer(RITA, WHY), at("17:01", 2)), (Ask(ANA, WHY), at("17:02", 2))],
        at("17:03", 2),
        False,
    ),
    "a nag for the confirmation": ([ACK, RESOLVE], at("17:00", 2), NAG, RITA, [], at("17:00", 2), True),
    "a nag for the confirmation that came": (
        [ACK, RESOLVE],
        at("17:00", 2),
        NAG,
        RITA,
        [(Confirm(RITA), at("17:01", 2))],
        at("17:02", 2),
        False,
    ),
    "a brief at its level": ([], at("11:00"), BRIEF, BRUNO, [], at("11:10"), True),
    "a brief, but it went further up": ([], at("11:00"), BRIEF, BRUNO, [], at("13:00"), False),
    "a brief, but it is closed": ([], at("11:00"), BRIEF, BRUNO, [(Withdraw(RITA, WHY), at("11:05"))], at("11:10"), False),
    "a question that waits": ([ACK, ASK], at("9:10"), QUESTION, RITA, [], at("9:12"), True),
    "a question that was answered": ([ACK, ASK], at("9:10"), QUESTION, RITA, [(Answer(RITA, WHY), at("9:11"))], at("9:12"), False),
    "a question, and a later one waits": (
        [ACK, ASK],
        at("9:10"),
        QUESTION,
        RITA,
        [(Answer(RITA, WHY), at("9:11")), (Ask(ANA, WHY), at("9:12"))],
        at("9:13"),
        False,
    ),
    "a request to confirm": ([ACK, RESOLVE], at("9:20"), CONFIRM, RITA, [], at("9:30"), True),
    "a request to confirm what was confirmed": (
        [ACK, RESOLVE],
        at("9:20"),
        CONFIRM,
        RITA,
        [(Confirm(RITA), at("9:21"))],
        at("9:22"),
        False,
    ),
    "a request to confirm what is broken still": (
        [ACK, RESOLVE],
        at("9:20"),
        CONFIRM,
        RITA,
        [(Reopen(RITA), at("9:21"))],
        at("9:22"),
        False,
    ),
    "a request to confirm an earlier resolution": (
        [ACK, RESOLVE],
        at("9:20"),
        CONFIRM,
        RITA,
        [(Reopen(RITA), at("9:21")), (Resolve(ANA, WHY, "process"), at("9:25"))],
        at("9:26"),
        False,
    ),
    "an offer that is open": ([ACK, OFFER], at("9:06"), OFFERED, BEN, [], at("9:08"), True),
    "an offer that was declined": ([ACK, OFFER], at("9:06"), OFFERED, BEN, [(Decline(BEN, WHY), at("9:07"))], at("9:08"), False),
    "an offer that lapsed": ([ACK, OFFER], at("9:06"), OFFERED, BEN, [], at("12:00"), False),
    "a re-check of what is closed": (
        [ACK, RESOLVE, (Confirm(RITA), at("9:21"))],
        at("12:00", 7),
        MessageKind.RECHECK,
        RITA,
        [],
        at("12:00", 7),
        True,
    ),
    "a re-check, but it is open again": (
        [ACK, RESOLVE, (Confirm(RITA), at("9:21"))],
        at("12:00", 7),
        MessageKind.RECHECK,
        RITA,
        [(Reopen(RITA), at("12:01", 7))],
        at("12:02", 7),
        False,
    ),
    "consent to a severity that is wished": (
        [ACK, (SetSeverity(ANA, "minor"), at("9:07"))],
        at("9:07"),
        MessageKind.CONSENT,
        RITA,
        [],
        at("9:08"),
        True,
    ),
    "consent, but the reporter chose": (
        [ACK, (SetSeverity(ANA, "minor"), at("9:07"))],
        at("9:07"),
        MessageKind.CONSENT,
        RITA,
        [(SetSeverity(RITA, "minor"), at("9:08"))],
        at("9:09"),
        False,
    ),
    "a receipt, whatever happened since": (
        [],
        at("9:00"),
        MessageKind.RECEIPT,
        RITA,
        [(Withdraw(RITA, WHY), at("9:01"))],
        at("9:02"),
        True,
    ),
    "news, whatever happened since": (
        [ACK, (Chase(RITA), at("9:06"))],
        at("9:06"),
        MessageKind.NEWS,
        ANA,
        [(Withdraw(RITA, WHY), at("9:07"))],
        at("9:08"),
        True,
    ),
}


@pytest.mark.parametrize(("before", "until", "kind", "to", "after", "when", "wanted"), CASES.values(), ids=CASES.keys())
def test_still_wanted(before: Steps, until: datetime, kind: MessageKind, to: PersonId, after: Steps, when: datetime, wanted: bool) -> None:
    delivery = delivery_of(before, until, kind, to, after, when)

    assert (unwanted(delivery, ORG, when) is None) is wanted


def test_a_deputy_is_nagged_only_while_they_stand_in() -> None:
    """Ben covers for Ana in the morning; the nag that he was sent is not his any more when she is back."""
    away = replace(ORG, absences=(Absence(ANA, at("8:00"), at("12:00"), covered_by=BEN),))
    delivery = delivery_of([], at("9:30"), NAG, ANA, [], at("9:40"))
    to_ben = replace(delivery, to=Recipient(person=BEN))

    assert unwanted(to_ben, away, at("9:40")) is None
    assert unwanted(to_ben, away, at("12:00")) is not None
    assert unwanted(to_ben, ORG, at("9:40")) is not None


def test_a_private_case_has_no_card_in_a_channel() -> None:
    story = told([])
    private = replace(story.now, private=True)
    card = Delivery(1, "card/C-42/local:w:help", "card", Recipient(place=Place("local", "w", "help")), "lane", case=story.now)

    assert unwanted(card, ORG, at("9:00")) is None
    assert unwanted(replace(card, case=private), ORG, at("9:00")) == "a private case has no card in a channel"
    assert unwanted(replace(card, case=private, to=Recipient(place=Place("local", "w", "@ana"))), ORG, at("9:00")) is None


def test_what_is_not_about_a_case_is_always_wanted() -> None:
    notice = Delivery(1, "n", "notice", Recipient(person=ANA), "lane", line=("hello",))
    digest = Delivery(1, "d", "digest", Recipient(channel="local:leadership"), "lane", digest={})

    assert unwanted(notice, ORG, at("9:00") + timedelta(days=400)) is None
    assert unwanted(digest, ORG, at("9:00") + timedelta(days=400)) is None


def test_a_report_that_was_taken_back_is_spoken_of_no_more() -> None:
    delivery = delivery_of([], at("9:00"), MessageKind.RECEIPT, RITA, [], at("9:00"))

    assert unwanted(replace(delivery, case=None), ORG, at("9:00")) == "there is no such case any more"


def test_what_cannot_be_read_is_not_quietly_dropped() -> None:
    delivery = delivery_of([], at("9:00"), MessageKind.RECEIPT, RITA, [], at("9:00"))

    assert unwanted(replace(delivery, case=None, fact=None, unreadable=True), ORG, at("9:00")) is None

"""What was said in another thread: who said it where, in their words, and no more of them than fits."""

import pytest

from bot.chat import Card, Typed, Who
from bot.escalation.facts import Acknowledged, Answered, Fact, Noted
from bot.escalation.words import CaseId, PersonId, Text
from bot.wording import cards
from bot.wording.plain import text_of
from bot.wording.timeline import changed
from tests.wording.office import MONDAY, ORG, ZONE, Play, report

ANA = PersonId("ana")
CASE = Play().do(report()).there


def fact(what: Noted | Answered | Acknowledged, by: PersonId | None = ANA) -> Fact:
    return Fact(CaseId(1), 2, MONDAY, by, what, {})


def echo(words: str, said_in: str = "slack") -> Card:
    return cards.echo(fact(Noted(Text(words))), CASE, ORG, said_in)


def said(card: Card) -> str:
    return text_of(card, ZONE, MONDAY)


def test_who_said_it_and_where() -> None:
    card = echo("it is the *new* meter")

    assert card.title == (Who(ANA, "Ana"), ", in Slack:")
    assert card.lines == ((Typed("it is the *new* meter"),),)
    assert (card.case, card.buttons) == (CaseId(1), ())
    assert said(echo("hello", "discord")) == "Ana, in Discord:\nhello"


def test_an_answer_is_said_like_a_note() -> None:
    assert said(cards.echo(fact(Answered(Text("4711"))), CASE, ORG, "local")) == "Ana, in the local workspace:\n4711"


def test_what_was_changed_says_so() -> None:
    assert said(echo(f"{changed()}the newer one")) == "Ana, in Slack, changed a message:\nthe newer one"


def test_what_is_long_is_cut_and_says_where_the_whole_is() -> None:
    lines = said(echo("word " * 2000)).splitlines()

    assert lines[-1] == "The whole is in /case show C-1."
    assert len(lines[1]) == 2000


@pytest.mark.parametrize("nothing", [fact(Acknowledged(0, stops_response=True)), fact(Answered(None)), fact(Noted(Text("x")), by=None)])
def test_what_nobody_said_is_not_said_again(nothing: Fact) -> None:
    with pytest.raises(ValueError, match="nobody said fact 2 of C-1"):
        cards.echo(nothing, CASE, ORG, "slack")

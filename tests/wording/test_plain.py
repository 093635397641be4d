"""Lines as text: what anybody typed stays text, and times are said as people say them."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat import Card, Line, Moment, Part, Typed, Who
from bot.escalation.words import PersonId
from bot.wording.plain import in_full, listed, plain, said_time, say, shortened, text_of, timed, times
from tests.wording.samples import NASTY, harmless

LONDON = "Europe/London"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SAID = {
    "2026-11-23T14:00": "today 14:00",
    "2026-11-23T08:00": "today 08:00",
    "2026-11-24T09:00": "tomorrow 09:00",
    "2026-11-22T23:59": "yesterday 23:59",
    "2026-11-25T09:00": "Wednesday 09:00",
    "2026-11-29T09:00": "Sunday 09:00",
    "2026-11-30T09:00": "Monday 30 November 09:00",
    "2026-11-21T09:00": "Saturday 21 November 09:00",
    "2026-12-08T09:00": "Tuesday 8 December 09:00",
    "2027-01-05T09:00": "Tuesday 5 January 2027 09:00",
    "2027-03-28T01:30": "Sunday 28 March 2027 02:30",
}


@pytest.mark.parametrize(("at", "said"), SAID.items())
def test_a_time_is_said_as_people_say_it(at: str, said: str) -> None:
    assert said_time(utc(at), LONDON, NOW) == said


def test_a_time_is_the_readers() -> None:
    at = utc("2026-11-23T23:30")

    assert said_time(at, LONDON, NOW) == "today 23:30"
    assert said_time(at, "Asia/Tokyo", NOW) == "tomorrow 08:30"
    assert said_time(at, "America/New_York", NOW) == "today 18:30"


def test_the_hour_that_comes_twice_says_which() -> None:
    now = utc("2026-10-25T00:00")

    assert said_time(utc("2026-10-25T00:30"), LONDON, now) == "today 01:30 BST"
    assert said_time(utc("2026-10-25T01:30"), LONDON, now) == "today 01:30 GMT"
    assert said_time(utc("2026-10-25T02:30"), LONDON, now) == "today 02:30"


def test_in_full_leaves_no_doubt() -> None:
    assert in_full(utc("2026-11-27T15:00"), LONDON) == "Friday 27 November 2026, 15:00 (Europe/London)"


def test_on_goes_before_a_weekday_and_not_before_today() -> None:
    def goes(at: str) -> str:
        return plain(("goes to Bruno on ", Moment(utc(at)), "."), LONDON, NOW)

    assert goes("2026-11-23T14:00") == "goes to Bruno today 14:00."
    assert goes("2026-11-24T14:00") == "goes to Bruno tomorrow 14:00."
    assert goes("2026-11-25T14:00") == "goes to Bruno on Wednesday 14:00."


PLAIN: dict[str, tuple[Line, str]] = {
    "our own words": (("C-1: new.",), "C-1: new."),
    "a person by name": ((Who(PersonId("ana"), "Ana"), " owns it"), "Ana owns it"),
    "line ends become spaces": ((Typed("a\r\nb\n\n c\x0bd\u2028e"),), "a b c d e"),
    "control characters go": ((Typed("a\x00b\x1b[31mc\x7f"),), "a b [31mc"),
    "overrides go": ((Typed("\u202egnp.exe\u202c and \u2066more\u2069"),), "gnp.exe and more"),
    "right to left is kept to itself": ((Typed("\u05e9\u05dc\u05d5\u05dd"), " said"), "\u2068\u05e9\u05dc\u05d5\u05dd\u2069 said"),
    "emoji stay": ((Typed("\U0001f44d\U0001f3fd ok"),), "\U0001f44d\U0001f3fd ok"),
    "formatting stays as typed": ((Typed("*a* _b_ `c` & <b>"),), "*a* _b_ `c` & <b>"),
    "everyone is not called": ((Typed("hi @everyone"),), "hi @\u200beveryone"),
    "nor in capitals": ((Typed("@Here @CHANNEL"),), "@\u200bHere @\u200bCHANNEL"),
    "nor a channel": ((Typed("<!channel> <!here> <!subteam^S1|x>"),), "<\u200b!channel> <\u200b!here> <\u200b!subteam^S1|x>"),
    "nor a person": ((Typed("<@U1> <@!2> <@&3> <#C4>"),), "<\u200b@U1> <\u200b@!2> <\u200b@&3> <\u200b#C4>"),
    "nor by hiding it": ((Typed("@\u202eeveryone"),), "@\u200beveryone"),
    "nor by two parts": ((Typed("@"), Typed("everyone")), "@\u200beveryone"),
    "nor by our own words before it": (("<", Typed("@U1>")), "<\u200b@U1>"),
    "an address of a person is left alone": ((Typed("ana@example.org"),), "ana@example.org"),
    "half a character": ((Typed("a\ud83db"),), "a\ufffdb"),
    "a name can be as nasty": ((Who(PersonId("x"), "@everyone\nX"),), "@\u200beveryone X"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "said"), PLAIN.values(), ids=PLAIN.keys())
def test_plain(line: Line, said: str) -> None:
    assert plain(line, LONDON, NOW) == said


parts = st.one_of(
    st.text().map(Typed),
    st.sampled_from(["@", "<", "<!", "everyone", "channel>", "\u202e", "\u2068", "@ here"]).map(Typed),
    st.text().map(lambda name: Who(PersonId("x"), name)),
    st.just(Moment(NOW)),
    st.sampled_from(["C-1: ", " on ", "<", "@", " "]),
)


@given(st.lists(parts).map(tuple))
@example((Typed(NASTY), "@", Typed(NASTY)))
def test_no_text_gets_out_of_its_line(line: tuple[Part, ...]) -> None:
    harmless(plain(line, LONDON, NOW))


@given(st.text(), st.integers(min_value=1, max_value=250))
@example("a" * 199 + "e\u0301", 200)
def test_a_title_is_never_longer_than_it_may_be(text: str, longest: int) -> None:
    assert len(shortened(text, longest).text) <= longest


def test_a_title_is_cut_with_a_mark() -> None:
    assert shortened("x" * 200).text == "x" * 200
    assert shortened("x" * 201).text == "x" * 199 + "…"
    assert shortened("a" * 198 + "e\u0301bcd").text == "a" * 198 + "…"


def test_a_card_is_its_title_and_its_lines() -> None:
    assert text_of(Card(("C-1: new.",), (("one",), (Typed("two\nthree"),))), LONDON, NOW) == "C-1: new.\none\ntwo three"


def test_say_fills_a_template_and_keeps_the_parts_apart() -> None:
    line = say("{case} has come to you: {title}", case="C-1", title=Typed("{case} {x}"))

    assert line == ("C-1 has come to you: ", Typed("{case} {x}"))


def test_say_takes_lines_as_parts() -> None:
    assert say("{a} and {b}.", a=("x", Typed("y")), b=()) == ("x", Typed("y"), " and .")


@pytest.mark.parametrize("given_parts", [{}, {"case": "C-1", "more": "x"}])
def test_say_refuses_what_does_not_fit(given_parts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        say("{case}", **given_parts)


def test_timed_leaves_everything_but_the_times() -> None:
    assert timed(("on ", Moment(NOW), Typed("x")), LONDON, NOW) == ("today 09:00", Typed("x"))


def test_lists_and_counts() -> None:
    assert [listed(list("abc")[:n]) for n in range(4)] == [(), ("a",), ("a and b",), ("a, b and c",)]
    assert [times(n) for n in (1, 2, 3)] == ["once", "twice", "3 times"]

"""Lengths of time: what people type is understood or refused with a sentence that helps."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.span import Span
from tests.escalation.walker import refusal


def time(**parts: float) -> Span:
    return Span(time=timedelta(**parts))


def days(number: Fraction | int | str) -> Span:
    return Span(days=Fraction(number))


READ = {
    "1h30m": (time(hours=1, minutes=30), "1h30m", "1 hour 30 minutes"),
    "45m": (time(minutes=45), "45m", "45 minutes"),
    "90s": (time(seconds=90), "1m30s", "1 minute 30 seconds"),
    "1.5h": (time(minutes=90), "1h30m", "1 hour 30 minutes"),
    "48h": (time(hours=48), "48h", "48 hours"),
    "3 hours": (time(hours=3), "3h", "3 hours"),
    "1 hour 30 minutes": (time(minutes=90), "1h30m", "1 hour 30 minutes"),
    "1 hour and 30 mins": (time(minutes=90), "1h30m", "1 hour 30 minutes"),
    "an hour": (time(hours=1), "1h", "1 hour"),
    "half an hour": (time(minutes=30), "30m", "30 minutes"),
    "0.25s": (time(milliseconds=250), "0.25s", "under a second"),
    "1/3h": (time(minutes=20), "20m", "20 minutes"),
    "2d": (days(2), "2d", "2 working days"),
    "1 D": (days(1), "1d", "1 working day"),
    "0.5d": (days("1/2"), "0.5d", "half a working day"),
    "half a day": (days("1/2"), "0.5d", "half a working day"),
    "2 days": (days(2), "2d", "2 working days"),
    "  2   working days ": (days(2), "2d", "2 working days"),
    "1.5 days": (days("3/2"), "1.5d", "1.5 working days"),
    "1/3d": (days("1/3"), "1/3d", "0.3 working days"),
    "1000000d": (days(1_000_000), "1000000d", "1000000 working days"),
    "9" * 30 + "d": (days("9" * 30), "9" * 30 + "d", "9" * 30 + " working days"),
    "0.01d": (days("1/100"), "0.01d", "under a tenth of a working day"),
}


@pytest.mark.parametrize(("given_text", "span", "text", "words"), [(key, *row) for key, row in READ.items()], ids=READ.keys())
def test_a_length_is_read_and_said_back(given_text: str, span: Span, text: str, words: str) -> None:
    read = Span.parse(given_text)

    assert (read, read.text(), read.words()) == (span, text, words)
    assert read.words(always=True) == words.replace("working ", "")


FORMS = 'write it like "45m", "1h30m", "2d" or "3 hours"'
REFUSED = {
    "1d4h": '"1d4h" mixes days and hours; write either days or hours',
    "4 hours and 1 day": '"4 hours and 1 day" mixes days and hours; write either days or hours',
    "1w": '"1w" counts weeks, which differ from person to person; write the working days, such as 5d',
    "2 weeks 1 day": '"2 weeks 1 day" counts weeks, which differ from person to person; write the working days, such as 5d',
    "": f"an empty text is not a length of time; {FORMS}",
    " \n": f"an empty text is not a length of time; {FORMS}",
    "-2h": f'"-2h" is negative, and time only runs forward; {FORMS}',
    "\u22122h": f'"\u22122h" is negative, and time only runs forward; {FORMS}',
    "0d": f'"0d" is no time at all; {FORMS}',
    "0h 0m": f'"0h 0m" is no time at all; {FORMS}',
    "1/0h": f'"1/0h" is no time at all; {FORMS}',
    "90": f'"90" is not a length of time; {FORMS}',
    "am": f'"am" is not a length of time; {FORMS}',
    "30m1h": f'"30m1h" is not a length of time; {FORMS}',
    "1h1h": f'"1h1h" is not a length of time; {FORMS}',
    "1 month": f'"1 month" is not a length of time; {FORMS}',
    "soon": f'"soon" is not a length of time; {FORMS}',
    "1h, please": f'"1h, please" is not a length of time; {FORMS}',
    "\u0661h": f'"\u0661h" is not a length of time; {FORMS}',
    "0.00000000001h": f'"0.00000000001h" is finer than a microsecond; {FORMS}',
    "99999999999999h": f'"99999999999999h" is longer than any calendar; {FORMS}',
    "x" * 10_000: f'"{"x" * 39}…" is not a length of time; {FORMS}',
}


@pytest.mark.parametrize(("text", "said"), REFUSED.items(), ids=[key[:20] for key in REFUSED])
def test_what_cannot_be_meant_is_refused_with_the_cure(text: str, said: str) -> None:
    assert refusal(lambda: Span.parse(text)) == said


def test_spans_of_one_unit_add_and_compare() -> None:
    assert days(1) + days("1/2") == days("3/2")
    assert time(hours=1) - time(minutes=90) == time(minutes=-30)
    assert time(hours=1) + Span() == time(hours=1)
    assert days(1) - Span() == days(1)
    assert days(1) < days(2) <= days(2) < days(3)
    assert time(hours=2) > time(hours=1) >= Span() >= time(hours=-1)
    assert min(time(hours=2), time(hours=1)) == time(hours=1)


def test_days_and_hours_do_not_mix() -> None:
    mixed = "2d and 1h cannot be reckoned together: one counts days, the other hours"
    with pytest.raises(ValueError, match=mixed):
        days(2) + time(hours=1)
    with pytest.raises(ValueError, match=mixed):
        days(2) - time(hours=1)
    with pytest.raises(ValueError, match=mixed):
        days(2) < time(hours=1)  # noqa: B015
    with pytest.raises(ValueError, match="2d1h mixes days and hours; write either days or hours"):
        Span(days=Fraction(2), time=timedelta(hours=1))


def test_what_a_span_is() -> None:
    assert [Span().is_zero, days(1).is_zero, time(seconds=1).is_zero] == [True, False, False]
    assert [Span().is_days, days(1).is_days, time(seconds=1).is_days] == [False, True, False]
    assert [Span().is_negative, days(-1).is_negative, time(seconds=-1).is_negative, days(1).is_negative] == [False, True, True, False]
    assert (Span().text(), Span().words()) == ("0m", "0 minutes")


def test_what_is_overrun_is_said_with_a_minus() -> None:
    assert (time(minutes=-90).text(), time(minutes=-90).words()) == ("-1h30m", "minus 1 hour 30 minutes")
    assert (days(-2).text(), days(-2).words()) == ("-2d", "minus 2 working days")
    assert days("-1/2").words() == "minus half a working day"


STRETCHED = {
    "a quarter of an hour's answer": (time(hours=1), "1/4", time(minutes=15)),
    "to whole seconds": (time(seconds=10), "1/4", time(seconds=2)),
    "never to nothing": (time(seconds=1), "1/1000", time(seconds=1)),
    "longer, too": (time(minutes=45), "2", time(minutes=90)),
    "days stay exact": (days(2), "1/3", days("2/3")),
    "nothing stays nothing": (Span(), "1/4", Span()),
}


@pytest.mark.parametrize(("span", "factor", "after"), STRETCHED.values(), ids=STRETCHED.keys())
def test_a_severity_stretches_a_length(span: Span, factor: str, after: Span) -> None:
    assert span.scaled(Fraction(factor)) == after


@pytest.mark.parametrize("factor", ["0", "-1"])
def test_a_stretch_must_leave_something(factor: str) -> None:
    with pytest.raises(ValueError, match=f"{factor} cannot stretch a length of time"):
        time(hours=1).scaled(Fraction(factor))


times = st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=20_000)).map(lambda length: Span(time=length))
some_days = st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**12).map(lambda number: Span(days=number))


@given(times | some_days)
def test_text_and_parse_are_each_others_inverse(span: Span) -> None:
    assert Span.parse(span.text()) == span


@given(times | some_days)
def test_what_is_said_to_people_can_be_said(span: Span) -> None:
    assert span.words().strip() == span.words() != ""


@given(st.text() | st.text(alphabet="0123456789./ dhmsw-an").filter(bool))
def test_any_text_is_read_or_refused_in_one_sentence(text: str) -> None:
    try:
        span = Span.parse(text)
    except ValueError as refused:
        said = str(refused)
    else:
        assert Span.parse(span.text()) == span
        assert not span.is_zero
        assert not span.is_negative
        return
    assert "\n" not in said
    assert "; write " in said

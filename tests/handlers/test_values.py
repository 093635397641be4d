"""Values as people type them, as tables; and what is wrong with them, by name."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.values import LONGEST_TEXT, Values, read_amount
from tests.handlers.small import ANA, BEN, NOW, ORG

AMOUNTS = {
    "120": "120",
    "120.50": "120.50",
    "1234.5": "1234.5",
    "1,234.50": "1234.50",
    "1.234,50": "1234.50",
    "1,234": "1234",
    "9,000": "9000",
    "9,5": "9.5",
    "1,234,567": "1234567",
    "1.234.567": "1234567",
    "1 234,50": "1234.50",
    "1'234.50": "1234.50",
    "£120": "120",
    "€ 1,234.50": "1234.50",
    "120 EUR": "120",
    "0": "0",
    "-5": None,
    "a lot": None,
    "": None,
    "1.234": None,  # a thousand to some, and one and a bit to others
    "1.2345": None,
    "12 apples": None,
}


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items(), ids=AMOUNTS.keys())
def test_money_is_read_as_people_write_it(text: str, amount: str | None) -> None:
    assert read_amount(text) == (Decimal(amount) if amount is not None else None)


@given(st.text(max_size=40) | st.text("0123456789.,-+ €", max_size=20))
def test_no_text_breaks_an_amount(text: str) -> None:
    read = read_amount(text)

    assert read is None or (read.is_finite() and read >= 0)


MINUTES = {
    "45": 45,
    "45.0": 45,
    "45 min": 45,
    "90 Minutes": 90,
    "2h": 120,
    "1h30m": 90,
    "44640": 44640,
    "": 0,
    "44641": None,
    "2d": None,
    "1000000": None,
    "-5": None,
    "long": None,
    "1.5": None,
}


@pytest.mark.parametrize(("text", "minutes"), MINUTES.items(), ids=MINUTES.keys())
def test_time_spent_is_read_as_people_write_it(text: str, minutes: int | None) -> None:
    values = Values({"it": text}, ANA, ORG, NOW)

    read = values.minutes("it")

    assert read == minutes or minutes is None
    assert ("it" in values.errors) == (minutes is None)


@given(st.text(max_size=20) | st.text("0123456789hm. dw", max_size=12))
def test_no_text_breaks_minutes(text: str) -> None:
    assert Values({"it": text}, ANA, ORG, NOW).minutes("it") >= 0


def test_a_choice_that_was_not_made_is_asked_for() -> None:
    values = Values({"it": ""}, ANA, ORG, NOW)

    values.choice("it", ("yes", "no"), "")

    assert said(values.errors["it"]) == "Write one of yes, no."


FAULTS = {
    ("person", "benn"): "did you mean ben?",
    ("person", "Xq"): "Nobody is called",
    ("desk", "metring"): "did you mean metering?",
    ("service", "kitchen"): "billing, metering, desk",
    ("severity", "awful"): "normal, critical",
    ("time", "soon"): "soon",
    ("time", "2020-01-01"): "past",
    ("amount", "a lot"): "not an amount",
    ("amount", "99999999999"): "not an amount",
    ("count", "many"): "not a number",
    ("minutes", "2d"): "no time that can be recorded",
    ("text", "x" * (LONGEST_TEXT + 1)): "10,001 characters",
    ("people", "ana, nobody"): "Nobody is called",
}


def said(line: tuple[Any, ...]) -> str:
    return "".join(part if isinstance(part, str) else getattr(part, "text", "-") for part in line)


@pytest.mark.parametrize(("kind", "text"), FAULTS.keys(), ids=[f"{kind} {text[:20]}" for kind, text in FAULTS])
def test_what_is_wrong_is_said_with_its_value(kind: str, text: str) -> None:
    values = Values({"it": text}, ANA, ORG, NOW)

    getattr(values, kind)("it")

    assert FAULTS[kind, text] in said(values.errors["it"])


def test_a_fault_repeats_only_the_beginning_of_what_was_typed() -> None:
    values = Values({"it": "x" * 9_000}, ANA, ORG, NOW)

    values.person("it")

    assert len(said(values.errors["it"])) < 200


def test_what_is_right_has_no_fault() -> None:
    values = Values(
        {"to": "Ben Okoro", "why": " it is his ", "private": True, "asked_before": 3, "cost": 12.5, "people": ["ana", "me"]},
        BEN, ORG, NOW,
    )  # fmt: skip

    assert (values.person("to"), values.text("why"), values.check("private")) == (BEN, "it is his", True)
    assert (values.count("asked_before"), values.amount("cost"), values.people("people")) == (3, Decimal("12.5"), (ANA, BEN))
    assert values.desk("to") == (BEN, None)
    assert (values.errors, values.missing) == ({}, [])


def test_what_is_not_there_is_missing_not_wrong() -> None:
    values = Values({"until": "  "}, ANA, ORG, NOW)

    values.time("until")
    values.text("why")
    values.desk("to")

    assert (values.missing, values.errors) == (["until", "why", "to"], {})

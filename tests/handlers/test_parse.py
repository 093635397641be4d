"""The grammar as a table: what is typed after `/case`, and what it is read as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.words import CaseId
from bot.handlers.parse import OTHER_NAMES, VERBS, Command, NoCase, NoVerb, begins_with_verb, parse, slash, verb_named

READ = {
    "": Command("help"),
    "help": Command("help"),
    "help promise": Command("help", None, "promise"),
    "report": Command("report"),
    "report billing: meter swapped, bill is 9,000": Command("report", None, "billing: meter swapped, bill is 9,000"),
    "report 42 people cannot log in": Command("report", None, "42 people cannot log in"),
    "REPORT billing: x": Command("report", None, "billing: x"),
    "ack C-42": Command("ack", CaseId(42)),
    "ack c-42": Command("ack", CaseId(42)),
    "Ack #42": Command("ack", CaseId(42)),
    "ack 42": Command("ack", CaseId(42)),
    "ack c42": Command("ack", CaseId(42)),
    "  acknowledge   C-42  ": Command("ack", CaseId(42)),
    "ack": Command("ack"),
    "C-42": Command("show", CaseId(42)),
    "42": Command("show", CaseId(42)),
    "C-42 ack": Command("ack", CaseId(42)),
    "C-42 promise Friday 15:00": Command("promise", CaseId(42), "Friday 15:00"),
    "C-42 the meter is back": Command("note", CaseId(42), "the meter is back"),
    "C-0": NoCase("C-0"),
    "show C-0": NoCase("C-0"),
    "withdraw C-99999999999999 it is gone": NoCase("C-99999999999999"),
    "ack C--1": NoCase("C--1"),
    "ack C-4.2": NoCase("C-4.2"),
    "note c-level people wait for it": Command("note", None, "c-level people wait for it"),
    "note C-42 C-0 is no case": Command("note", CaseId(42), "C-0 is no case"),
    "report C-0 is shown": Command("report", None, "C-0 is shown"),
    "routes": Command("routes"),
    "dead website: it says 404": Command("dead", None, "website: it says 404"),
    "dead link website": Command("dead", None, "website"),
    "announce A-3 Friday 18:00 to Saturday 06:00": Command("announce", None, "A-3 Friday 18:00 to Saturday 06:00"),
    "announced": Command("announced"),
    "me too C-7": Command("metoo", CaseId(7)),
    "me-too C-7": Command("metoo", CaseId(7)),
    "hand over C-42 ben: it is his": Command("handover", CaseId(42), "ben: it is his"),
    "still broken C-42": Command("reopen", CaseId(42)),
    "still-broken C-42 no light": Command("reopen", CaseId(42), "no light"),
    "need help C-42 too big for me": Command("escalate", CaseId(42), "too big for me"),
    "give more time C-42 2d": Command("moretime", CaseId(42), "2d"),
    "not a case C-42": Command("undo", CaseId(42)),
    "promise C-42 Friday 15:00": Command("promise", CaseId(42), "Friday 15:00"),
    "promise C-42: Friday 15:00": Command("promise", CaseId(42), "Friday 15:00"),
    "promise Friday 15:00": Command("promise", None, "Friday 15:00"),
    "promise 24 December": Command("promise", None, "24 December"),
    "promise 42 monday": Command("promise", CaseId(42), "monday"),
    "promise 42 half an hour": Command("promise", CaseId(42), "half an hour"),
    "promise 42 24 December": Command("promise", CaseId(42), "24 December"),
    "promise 17:00": Command("promise", None, "17:00"),
    "moretime 2 days": Command("moretime", None, "2 days"),
    "moretime C-42 2d": Command("moretime", CaseId(42), "2d"),
    "cost C-42 120.50 billing": Command("cost", CaseId(42), "120.50 billing"),
    "cost 42 120.50 billing": Command("cost", CaseId(42), "120.50 billing"),
    "cost 42 £120": Command("cost", CaseId(42), "£120"),
    "cost 120 billing": Command("cost", None, "120 billing"),
    "cost 120": Command("cost", None, "120"),
    "merge C-43 C-42": Command("merge", CaseId(43), "C-42"),
    "merge C-43 into C-42": Command("merge", CaseId(43), "into C-42"),
    "note C-42 first line\n\nand  a second": Command("note", CaseId(42), "first line\n\nand  a second"),
    "note C-42\nbelow": Command("note", CaseId(42), "below"),
    "away until Friday ben": Command("away", None, "until Friday ben"),
    "digest": Command("digest"),
    "digest local:leadership": Command("digest", None, "local:leadership"),
    "list billing": Command("list", None, "billing"),
    "promis C-42 Friday": NoVerb("promis", "promise"),
    "acknowlege C-42": NoVerb("acknowlege", "ack"),
    "close C-42": NoVerb("close", "confirm"),
    "@everyone": NoVerb("@everyone", None),
}


@pytest.mark.parametrize(("text", "read"), READ.items(), ids=READ.keys())
def test_what_is_typed_is_read_as(text: str, read: Command | NoVerb | NoCase) -> None:
    assert parse(text) == read


def test_every_verb_and_every_other_name_of_one_is_understood() -> None:
    assert all(verb_named(verb) == verb for verb in VERBS)
    assert set(OTHER_NAMES.values()) <= set(VERBS)
    assert not set(OTHER_NAMES) & set(VERBS)


@pytest.mark.parametrize(
    ("text", "command"),
    [("/case ack C-42", ("case", "ack C-42")), ("/case", ("case", "")), (" /Report a\nb", ("report", "a\nb")), ("/", None), ("case", None)],
)
def test_a_slash_command_is_told_from_talk(text: str, command: tuple[str, str] | None) -> None:
    assert slash(text) == command


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ack", "bare"),
        ("ack C-42", "bare"),
        ("Take", "bare"),
        ("ask Ben about it", "words"),
        ("thanks!", "no"),
        ("", "no"),
        ("me too", "bare"),
    ],
)
def test_talk_that_begins_with_a_verb(text: str, kind: str) -> None:
    assert begins_with_verb(text) == kind


@given(st.text() | st.tuples(st.sampled_from([*VERBS, *OTHER_NAMES, "C-4", "9999999999"]), st.text()).map(" ".join))
def test_any_text_is_a_command_or_no_verb(text: str) -> None:
    read = parse(text)

    assert isinstance(read, (NoVerb, NoCase)) or (read.verb in VERBS and read.words == read.words.strip())

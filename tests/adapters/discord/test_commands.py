"""Which commands are registered, do they keep Discord's limits, and what does each turn into?"""

import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest

from bot.adapters.discord.commands import MOST_CHOICES, REPORT_MESSAGE, tree
from bot.adapters.discord.options import BESIDE, CASES, Asked, asked
from bot.handlers.parse import VERBS

Json = dict[str, Any]
SUBCOMMAND, TEXT, WHOLE, FLAG = 1, 3, 4, 5
MOST_OPTIONS, LONGEST_COMMAND, LONGEST_DESCRIPTION, LONGEST_TEXT = 25, 8000, 100, 6000  # Discord's


@pytest.fixture(scope="module")
def registered() -> dict[str, Json]:
    """All commands by name, as they are sent to Discord."""
    made = tree(discord.Client(intents=discord.Intents.none()))
    return {command.name: command.to_dict(made) for command in [*made.get_commands(), *_menus(made)]}


def _menus(made: discord.app_commands.CommandTree[Any]) -> list[discord.app_commands.ContextMenu]:
    return list(made.get_commands(type=discord.AppCommandType.message))


def each(command: Json) -> Iterator[Json]:
    """Yield a command, and all that is in it."""
    yield command
    for option in command.get("options", []):
        yield from each(option)


def size(command: Json) -> int:
    """Return how many characters of it Discord counts: names, descriptions and values."""
    choices = sum(len(choice["name"]) + len(str(choice["value"])) for choice in command.get("choices", []))
    return len(command["name"]) + len(command["description"]) + choices + sum(map(size, command.get("options", [])))


def test_these_are_registered(registered: dict[str, Json]) -> None:
    assert set(registered) == {
        "case",
        "report",
        "away",
        "back",
        "prefer",
        "routes",
        "dead",
        "announce",
        "lacked",
        "renew",
        "time",
        "announced",
        REPORT_MESSAGE,
    }
    assert [option["name"] for option in registered["case"]["options"]] == list(CASES)
    assert {option["type"] for option in registered["case"]["options"]} == {SUBCOMMAND}
    assert registered[REPORT_MESSAGE]["type"] == discord.AppCommandType.message.value


def test_discords_limits_are_kept(registered: dict[str, Json]) -> None:
    for command in registered.values():
        if command["name"] == REPORT_MESSAGE:
            continue
        assert size(command) <= LONGEST_COMMAND, command["name"]
        for one in each(command):
            assert re.fullmatch(r"[a-z_]{1,32}", one["name"]), one["name"]
            assert 1 <= len(one["description"]) <= LONGEST_DESCRIPTION, one["name"]
            assert len(one.get("options", [])) <= MOST_OPTIONS
            names = [option["name"] for option in one.get("options", [])]
            assert len(names) == len(set(names))
            assert one.get("max_length", 0) <= LONGEST_TEXT
    assert len(CASES) == MOST_OPTIONS  # there is no room for another one: what is about a person stands beside it
    assert MOST_CHOICES == 25


def test_nothing_has_to_be_given(registered: dict[str, Json]) -> None:
    """What is left out is asked for by a form, which says what it is for."""
    given = [one for command in registered.values() for one in each(command) if one.get("type") in (TEXT, WHOLE, FLAG)]
    assert [one["name"] for one in given if one.get("required")] == []


def test_every_name_is_a_verb_that_can_be_typed_too() -> None:
    assert {*CASES, *BESIDE} <= set(VERBS)


OFFERED = {
    ("case ack", "case"), ("case merge", "case"), ("case merge", "into"), ("case handover", "to"), ("case handover", "service"),
    ("case report", "service"), ("case report", "severity"), ("report", "service"),
    ("away", "covers"), ("away", "person"), ("back", "person"), ("announce", "service"),
}  # fmt: skip


def test_cases_services_people_and_severities_are_offered(registered: dict[str, Json]) -> None:
    found = {
        (f"case {command['name']}", option["name"])
        for command in registered["case"]["options"]
        for option in command.get("options", [])
        if option.get("autocomplete")
    }
    found |= {(name, option["name"]) for name in BESIDE for option in registered[name]["options"] if option.get("autocomplete")}
    assert found >= OFFERED
    assert {option for _, option in found} == {"case", "into", "to", "service", "severity", "covers", "person", "owner"}


def test_a_kind_and_a_number_are_no_free_text(registered: dict[str, Json]) -> None:
    options = {f"{command['name']}.{option['name']}": option for command in registered["case"]["options"] for option in command["options"]}
    assert [choice["value"] for choice in options["resolve.kind"]["choices"]] == ["fix", "workaround"]
    asked_before = options["report.asked_before"]
    assert (asked_before["type"], asked_before["min_value"], asked_before["max_value"]) == (WHOLE, 0, 1000)
    assert options["report.private"]["type"] == FLAG


# What was typed, and what it asks for.
TYPED: dict[str, tuple[str, Json, Asked]] = {
    "report": ("report", {}, Asked("report")),
    "report, all of it": (
        "report",
        {"what": "no bill", "service": "billing", "severity": "low", "asked_before": 2, "private": True},
        Asked("report", "", {"text": "no bill", "service": "billing", "severity": "low", "asked_before": "2", "private": "yes"}),
    ),
    "report, not private": ("report", {"what": "no bill", "private": False}, Asked("report", "", {"text": "no bill", "private": ""})),
    "report, never asked before": ("report", {"asked_before": 0}, Asked("report", "", {"asked_before": "0"})),
    "show": ("show", {"case": "C-1"}, Asked("show", "C-1")),
    "show, of the thread": ("show", {}, Asked("show")),
    "list": ("list", {"of": "billing"}, Asked("list", words="billing")),
    "mine": ("mine", {}, Asked("mine")),
    "metoo": ("metoo", {"case": "C-1"}, Asked("metoo", "C-1")),
    "chase": ("chase", {"case": "C-1", "why": "still nothing"}, Asked("chase", "C-1", {"why": "still nothing"})),
    "note": ("note", {"case": "C-1", "text": "red"}, Asked("note", "C-1", {"text": "red"})),
    "ack": ("ack", {"case": " C-1 "}, Asked("ack", "C-1")),
    "promise": ("promise", {"case": "C-1", "until": "Friday"}, Asked("promise", "C-1", {"until": "Friday"})),
    "ask": ("ask", {"case": "C-1", "question": "which?"}, Asked("ask", "C-1", {"question": "which?"})),
    "handover": (
        "handover",
        {"case": "C-1", "to": "ben", "service": "metering", "why": "theirs"},
        Asked("handover", "C-1", {"to": "ben", "service": "metering", "why": "theirs"}),
    ),
    "accept": ("accept", {"case": "C-1"}, Asked("accept", "C-1")),
    "decline": ("decline", {"case": "C-1", "why": "no"}, Asked("decline", "C-1", {"why": "no"})),
    "take": ("take", {"case": "C-1"}, Asked("take", "C-1")),
    "resolve": (
        "resolve",
        {"case": "C-1", "explanation": "e", "cause": "c", "kind": "fix", "cost": "12", "budget": "b"},
        Asked("resolve", "C-1", {"explanation": "e", "cause": "c", "kind": "fix", "cost": "12", "budget": "b"}),
    ),
    "confirm": ("confirm", {"case": "C-1"}, Asked("confirm", "C-1")),
    "reopen": ("reopen", {"case": "C-1", "why": "back"}, Asked("reopen", "C-1", {"why": "back"})),
    "escalate": ("escalate", {"case": "C-1", "why": "stuck"}, Asked("escalate", "C-1", {"why": "stuck"})),
    "moretime": ("moretime", {"case": "C-1", "until": "2d"}, Asked("moretime", "C-1", {"until": "2d"})),
    "withdraw": ("withdraw", {"case": "C-1", "why": "found"}, Asked("withdraw", "C-1", {"why": "found"})),
    "merge": ("merge", {"case": "C-2", "into": "C-1"}, Asked("merge", "C-2", {"to": "C-1"})),
    "cost": ("cost", {"case": "C-1", "cost": "12", "budget": "b"}, Asked("cost", "C-1", {"cost": "12", "budget": "b"})),
    "link": ("link", {"code": "ABCD-1234"}, Asked("link", words="ABCD-1234")),
    "digest": ("digest", {"of": "leadership"}, Asked("digest", words="leadership")),
    "help": ("help", {"verb": "promise"}, Asked("help", words="promise")),
    "away": (
        "away",
        {"until": "Monday", "covers": "ben", "person": "ana"},
        Asked("away", "", {"until": "Monday", "to": "ben", "person": "ana"}),
    ),
    "back": ("back", {}, Asked("back")),
    "prefer": ("prefer", {"platform": "slack"}, Asked("prefer", words="slack")),
    "routes": ("routes", {}, Asked("routes")),
    "dead": ("dead", {"route": "website", "why": "404"}, Asked("dead", "", {"route": "website", "why": "404"})),
    "announce": (
        "announce",
        {"service": "billing", "starts": "Friday", "until": "Saturday", "text": "anew", "announcement": "A-3", "off": True},
        Asked(
            "announce",
            "",
            {"service": "billing", "from": "Friday", "until": "Saturday", "text": "anew", "announcement": "A-3", "off": "yes"},
        ),
    ),
    "lacked": (
        "lacked",
        {"case": "C-1", "lacked": "time", "change": "a fourth clerk", "owner": "ben", "by": "Friday"},
        Asked("lacked", "C-1", {"lacked": "time", "change": "a fourth clerk", "change_owner": "ben", "change_by": "Friday"}),
    ),
    "renew": ("renew", {"case": "C-1", "until": "Friday", "why": "late"}, Asked("renew", "C-1", {"until": "Friday", "why": "late"})),
    "time": ("time", {"case": "C-1", "minutes": 45}, Asked("time", "C-1", {"minutes": "45"})),
    "announced": ("announced", {}, Asked("announced")),
}


@pytest.mark.parametrize(("name", "given", "wanted"), TYPED.values(), ids=TYPED.keys())
def test_what_a_command_asks_for(name: str, given: Json, wanted: Asked) -> None:
    verbs = {**CASES, **BESIDE}
    every = {option.name: None for option in verbs[name].options}
    assert set(given) <= set(every)
    assert asked(name, verbs[name], every | given) == wanted


def test_every_command_is_in_the_table() -> None:
    assert {name for name, _, _ in TYPED.values()} == {*CASES, *BESIDE}

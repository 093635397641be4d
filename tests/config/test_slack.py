"""Does Slack's section come to what was written, and do its ids and the people's belong to a workspace?"""

# ruff: noqa: E501 - a fault stands here on one line, as it is told

import pytest

from bot.config import SlackChannel, SlackPlan, loads, organisation_again, taken
from bot.escalation.org import Account, Person
from bot.escalation.words import PersonId
from tests.config.test_faults import GOOD, faults_of

ONE = '[slack]\nworkspaces = "T0123456"\n'
TWO = '[slack]\nworkspaces = ["T0123456", "E7654321"]\n'
SLACK = SlackPlan(("T0123456",))


def with_slack(section: str, ana: str = "", ida: str = "") -> str:
    """Return the good file with a section for Slack, and accounts of two people."""
    text = GOOD.replace('deputy = "ida"', f'deputy = "ida"\n{ana}').replace('name = "Ida"', f'name = "Ida"\n{ida}')
    return f"{text}\n{section}"


def plan(section: str) -> SlackPlan | None:
    """Return what a section comes to."""
    return loads(with_slack(section), "config.toml", {}).slack


def ana(text: str) -> Person:
    """Return Ana, as the file has her."""
    return loads(text, "config.toml", {}).org.people[PersonId("ana")]


# --- what is written ----------------------------------------------------------------------------------------------------------

PLANS = {
    "no section": ("", None),
    "a conversation with one person": (
        ONE + 'channels = { me = "D0123456" }',
        SlackPlan(("T0123456",), {"me": SlackChannel("T0123456", "D0123456")}),
    ),
    "the least": (ONE, SlackPlan(("T0123456",), {}, ("sos",), "socket", 1, "127.0.0.1", 3000, {"case": "", "report": "report"})),
    "everything": (
        ONE
        + 'channels = { leadership = "C0123456", top = "T0123456/G0123456" }\nreactions = ["sos", "fire"]\ntransport = "http"\nsockets = 10\n'
        'host = "0.0.0.0"\nport = 8443\ncommand = "buckstop"\nreport_command = "new-case"',
        SlackPlan(
            ("T0123456",),
            {"leadership": SlackChannel("T0123456", "C0123456"), "top": SlackChannel("T0123456", "G0123456")},
            ("sos", "fire"),
            "http",
            10,
            "0.0.0.0",
            8443,
            {"buckstop": "", "new-case": "report"},
        ),
    ),
    "the same id in two workspaces": (
        TWO + 'channels = { here = "T0123456/C0123456", there = "E7654321/C0123456" }',
        SlackPlan(("T0123456", "E7654321"), {"here": SlackChannel("T0123456", "C0123456"), "there": SlackChannel("E7654321", "C0123456")}),
    ),
}


@pytest.mark.parametrize(("section", "expected"), PLANS.values(), ids=PLANS.keys())
def test_a_section_comes_to_a_plan(section: str, expected: SlackPlan | None) -> None:
    assert plan(section) == expected


HERE, THERE = Account("slack", "T0123456", "U0123456"), Account("slack", "E7654321", "W0123456")
ACCOUNTS: dict[str, tuple[str, str, tuple[Account, ...]]] = {
    "none": (ONE, "", ()),
    "a bare one": (ONE, 'slack = "U0123456"', (HERE,)),
    "one in full": (ONE, 'slack = "T0123456/U0123456"', (HERE,)),
    "the same in both spellings": (ONE, 'slack = ["U0123456", "T0123456/U0123456"]', (HERE,)),
    "one in each workspace": (TWO, 'slack = ["T0123456/U0123456", "E7654321/W0123456"]', (HERE, THERE)),
    "two in one workspace": (ONE, 'slack = ["U0123456", "U7654321"]', (HERE, Account("slack", "T0123456", "U7654321"))),
    "on both platforms": (ONE, 'slack = "U0123456"\ndiscord = 112233445566778899', (HERE, Account("discord", "", "112233445566778899"))),
    "a bare one without Slack": ("", 'slack = "U0123456"', ()),
    "one in full without Slack": ("", 'slack = "T0123456/U0123456"', ()),
}


@pytest.mark.parametrize(("section", "line", "accounts"), ACCOUNTS.values(), ids=ACCOUNTS.keys())
def test_a_person_has_the_accounts_that_were_written(section: str, line: str, accounts: tuple[Account, ...]) -> None:
    text = with_slack(section, line)

    assert ana(text).accounts == accounts
    assert organisation_again(loads(text, "config.toml", {}).source) == loads(text, "config.toml", {}).org


def test_whoever_has_an_account_is_found_by_it() -> None:
    org = loads(with_slack(TWO, 'slack = "E7654321/U0123456"'), "config.toml", {}).org

    assert org.holder(Account("slack", "E7654321", "U0123456")) == "ana"
    assert org.holder(Account("slack", "T0123456", "U0123456")) is None


def test_the_address_and_the_preference_are_kept_with_the_person() -> None:
    person = ana(with_slack("", 'email = "ana@northwind.example"\nprefers = "slack"'))

    assert (person.email, person.prefers) == ("ana@northwind.example", "slack")


# --- what is wrong ------------------------------------------------------------------------------------------------------------

WORKSPACE = 'such as "T0123456"; open Slack in a browser: it stands in the address, behind /client/'
CHANNEL = 'such as "C0123456"; click the channel\'s name in Slack: it stands at the end of "About"'
ACCOUNT = 'such as "U0123456"; open the person\'s profile in Slack, then ⋮ and "Copy member ID"'
COMMAND = "use up to 31 small letters, digits, - and _, without the slash"

# The section, the lines of two people, and what is told.
FAULTS: dict[str, tuple[str, str, str, list[str]]] = {
    "no workspace": ("[slack]", "", "", ['slack.workspaces: is missing; write the id of each workspace, such as ["T0123456"]']),
    "a workspace by its name": (
        '[slack]\nworkspaces = "northwind"', "", "", [f'slack.workspaces: "northwind" is no Slack workspace\'s id, {WORKSPACE}']
    ),
    "a user for a workspace": (
        '[slack]\nworkspaces = "U0123456"', "", "", [f'slack.workspaces: "U0123456" is no Slack workspace\'s id, {WORKSPACE}']
    ),
    "a channel by its name": (
        f'{ONE}channels = {{ leadership = "#leadership" }}', "", "", [f'slack.channels: "#leadership" is no Slack channel\'s id, {CHANNEL}']
    ),
    "a channel in small letters": (
        f'{ONE}channels = {{ leadership = "c0123456" }}', "", "", [f'slack.channels: "c0123456" is no Slack channel\'s id, {CHANNEL}']
    ),
    "channels that are no table": (
        f'{ONE}channels = "C0123456"', "", "", ['slack.channels: "C0123456" is not a table; write it like { leadership = "C0123456" }']
    ),
    "a person by their handle": (ONE, 'slack = "@ana"', "", [f'people.ana.slack: "@ana" is no Slack account\'s id, {ACCOUNT}']),
    "an id is wrong without Slack too": ("", 'slack = "@ana"', "", [f'people.ana.slack: "@ana" is no Slack account\'s id, {ACCOUNT}']),
    "a channel for a person": (ONE, 'slack = "C0123456"', "", [f'people.ana.slack: "C0123456" is no Slack account\'s id, {ACCOUNT}']),
    "a person of a workspace that is none": (
        ONE, 'slack = "northwind/U0123456"', "", [f'people.ana.slack: "northwind" is no Slack workspace\'s id, {WORKSPACE}']
    ),
    "bare ids with several workspaces": (
        f'{TWO}channels = {{ leadership = "C0123456" }}',
        'slack = ["U0123456", "E7654321/U0123456"]',
        "",
        [
            'people.ana.slack: "U0123456" does not say in which of the 2 workspaces; write the workspace before it, such as "T0123456/U0123456"',
            'slack.channels.leadership: "C0123456" does not say in which of the 2 workspaces; write the workspace before it, such as "T0123456/C0123456"',
        ],
    ),
    "a bare id is nobody's as long as nobody knows where it belongs": (
        TWO,
        'slack = "T0123456/U0123456"',
        'slack = "U0123456"',
        [
            'people.ida.slack: "U0123456" does not say in which of the 2 workspaces; write the workspace before it, such as "T0123456/U0123456"'
        ],
    ),
    "a workspace that is not here": (
        f'{ONE}channels = {{ leadership = "T9999999/C0123456" }}',
        'slack = "T9999999/U0123456"',
        "",
        [
            'people.ana.slack: "T9999999" is not among slack.workspaces; choose from "T0123456", or add it there',
            'slack.channels.leadership: "T9999999" is not among slack.workspaces; choose from "T0123456", or add it there',
        ],
    ),
    "an account of two people": (
        ONE, 'slack = "U0123456"', 'slack = ["U7654321", "T0123456/U0123456"]', ['people.ida.slack: "T0123456/U0123456" is ana\'s already; an account belongs to one person']
    ),
    "an account of two people without Slack": (
        "", 'slack = "U0123456"', 'slack = "U0123456"', ['people.ida.slack: "U0123456" is ana\'s already; an account belongs to one person']
    ),
    "the same id elsewhere is somebody else": (TWO, 'slack = "T0123456/U0123456"', 'slack = "E7654321/U0123456"', []),
    "a channel under two names": (
        f'{ONE}channels = {{ a = "C0123456", b = "T0123456/C0123456" }}', "", "", ['slack.channels.b: "T0123456/C0123456" is called "a" already; a channel has one name']
    ),
    "another transport": (f'{ONE}transport = "htpp"', "", "", ['slack.transport: "htpp" is none of "socket" and "http"; did you mean "http"?']),
    "too many sockets": (f"{ONE}sockets = 11", "", "", ["slack.sockets: 11 is out of range; write a whole number from 1 to 10"]),
    "a command with its slash": (f'{ONE}command = "/Case"', "", "", [f'slack.command: "/Case" is no command\'s name; {COMMAND}; write "case"']),
    "a command of two words": (f'{ONE}report_command = "new case"', "", "", [f'slack.report_command: "new case" is no command\'s name; {COMMAND}']),
    "a command that is too long": (f'{ONE}command = "{"x" * 32}"', "", "", [f'slack.command: "{"x" * 32}" is no command\'s name; {COMMAND}']),
    "one name for two commands": (
        f'{ONE}command = "report"', "", "", ['slack.report_command: "report" is `command` already; choose another name for one of them']
    ),
}  # fmt: skip


@pytest.mark.parametrize(("section", "of_ana", "of_ida", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_with_its_place_and_its_cure(section: str, of_ana: str, of_ida: str, told: list[str]) -> None:
    assert faults_of(with_slack(section, of_ana, of_ida)) == [f"config.toml: {fault}" for fault in told]


# --- what counts at once ------------------------------------------------------------------------------------------------------

TAKEN: dict[str, tuple[str, str, SlackPlan | None, tuple[str, ...]]] = {
    "nothing new": (ONE, ONE, SLACK, ()),
    "reactions count at once": (ONE, f'{ONE}reactions = "fire"', SlackPlan(("T0123456",), reactions=("fire",)), ()),
    "the rest waits": (ONE, f'{ONE}reactions = "fire"\ntransport = "http"', SlackPlan(("T0123456",), reactions=("fire",)), ("slack",)),
    "a channel waits": (ONE, f'{ONE}channels = {{ a = "C0123456" }}', SLACK, ("slack",)),
    "switched on": ("", ONE, None, ("slack",)),
    "switched off": (ONE, "", SLACK, ("slack",)),
}


@pytest.mark.parametrize(("old", "new", "slack", "waiting"), TAKEN.values(), ids=TAKEN.keys())
def test_what_of_another_configuration_is_in_force(old: str, new: str, slack: SlackPlan | None, waiting: tuple[str, ...]) -> None:
    force, keys = taken(loads(with_slack(old), "config.toml", {}), loads(with_slack(new), "config.toml", {}))

    assert (force.slack, keys) == (slack, waiting)

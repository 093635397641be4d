"""Is every fault of a configuration told, with its place and its cure, and all of them at once?"""

# ruff: noqa: E501 - a fault stands here on one line, as it is told

import pytest

from bot.config import ConfigFaults, loads

GOOD = """
[organisation]
name = "Northwind"
zone = "Europe/London"
hours = "Mon-Fri 09:00-17:30"
holidays = "GB-ENG"
admins = ["ida"]

[database]
url = "sqlite:///cases.db"

[[people]]
id = "cleo"
name = "Cleo"

[[people]]
id = "bruno"
name = "Bruno"
manager = "cleo"

[[people]]
id = "ana"
name = "Ana"
manager = "bruno"
deputy = "ida"

[[people]]
id = "ida"
name = "Ida"
manager = "bruno"

[[absences]]
person = "ana"
from = 2026-08-03
to = 2026-08-14

[rotations.desk]
people = ["ana", "ida"]
hands_over = "Mon 09:00"

[[services]]
id = "billing"
name = "Billing"
owner = "ana"
default = true
channel = "local:billing"

[[services]]
id = "website"
name = "Website"
owner = "desk"

[chains.standard]
clock = "working"

[[chains.standard.levels]]
to = "owner"
respond_within = "1h"
resolve_within = "2d"

[[chains.standard.levels]]
to = "bruno"
respond_within = "2h"
resolve_within = "1d"

[severities.normal]

[severities.critical]
stretch = 0.25

[rules]
chases_before_escalation = 3

[[digests]]
to = ["local:help"]
at = "09:00"

[local]
channels = ["help", "billing"]
"""


def faults_of(text: str, environ: dict[str, str] | None = None) -> list[str]:
    """Return what is told of a text, as a person reads it."""
    try:
        loads(text, "config.toml", environ or {})
    except ConfigFaults as found:
        return [str(fault) for fault in found.faults]
    return []


# What stands in the good file, what somebody wrote instead, and the one fault that is told.
ONE_FAULT = {
    "the same text in another language": ('name = "Northwind"', "name = Northwind", "line 3, column 8: this is not TOML: invalid value"),
    "an unknown section": ("[rules]", "[ruels]", 'ruels: there is no such section; did you mean "rules"?'),
    "an unknown key": (
        'manager = "bruno"\ndeputy',
        'manger = "bruno"\ndeputy',
        'people.ana.manger: there is no such key; did you mean "manager"?',
    ),
    "an unknown key of a level": (
        'to = "owner"',
        'to = "owner"\nanswer_within = "1h"',
        'chains.standard.levels[0].answer_within: there is no such key; the keys here are "to", "respond_within", "resolve_within" and "nag_every"',
    ),
    "a key that is missing": ('name = "Bruno"', "", 'people.bruno.name: is missing; write what people call them, such as "Ana"'),
    "text without quotes that is a number": ('name = "Bruno"', "name = 7", "people.bruno.name: 7 is not text; write it in quotes"),
    "single brackets": (
        "[[digests]]",
        "[digests]",
        "digests: is not a list of tables; begin each one with [[digests]], in double brackets",
    ),
    "a manager who does not exist": (
        'manager = "cleo"',
        'manager = "clio"',
        'people.bruno.manager: nobody is called "clio"; did you mean "cleo"?',
    ),
    "an admin who does not exist": (
        '["ida"]',
        '["xavier"]',
        'organisation.admins[0]: nobody is called "xavier"; choose from "ana", "bruno", "cleo" and "ida"',
    ),
    "an owner who does not exist": (
        'owner = "desk"',
        'owner = "desc"',
        'services.website.owner: nobody is called "desc"; did you mean "desk"?',
    ),
    "a target who does not exist": (
        'to = "bruno"',
        'to = "brunno"',
        'chains.standard.levels[1].to: nobody is called "brunno"; did you mean "bruno"?',
    ),
    "a turn for somebody who does not exist": (
        'people = ["ana", "ida"]',
        'people = ["ana", "ade"]',
        'rotations.desk.people[1]: nobody is called "ade"; choose from "ana", "bruno", "cleo" and "ida"',
    ),
    "a chain that does not exist": (
        'owner = "desk"',
        'owner = "desk"\nchain = "standart"',
        'services.website.chain: there is no chain "standart"; did you mean "standard"?',
    ),
    "a digest about a service that does not exist": (
        'at = "09:00"',
        'services = ["biling"]',
        'digests[0].services[0]: there is no service "biling"; did you mean "billing"?',
    ),
    "a digest to a channel that no platform has": (
        '["local:help"]',
        '["local:hlp"]',
        'digests[0].to[0]: no platform has the channel "local:hlp"; did you mean "local:help"?',
    ),
    "a channel of a platform that is not set up": (
        'channel = "local:billing"',
        'channel = "slack:leaders"',
        (
            'services.billing.channel: no platform has the channel "slack:leaders"; '
            'choose from "local:billing" and "local:help", or add it to its platform\'s channels'
        ),
    ),
    "an id twice": (
        "[[absences]]",
        '[[people]]\nid = "ana"\nname = "Another Ana"\n[[absences]]',
        'people[4].id: "ana" is taken by people[2]; give each of them an id of its own',
    ),
    "a service's id twice": (
        'id = "website"',
        'id = "billing"',
        'services[1].id: "billing" is taken by services[0]; give each of them an id of its own',
    ),
    "an id with a capital": (
        '[[services]]\nid = "website"',
        '[[services]]\nid = "Our Website!"',
        (
            'services."Our Website!".id: "Our Website!" is no id; '
            'use up to 40 small letters, digits, - and _, beginning with a letter, such as "our-website"'
        ),
    ),
    "an id that means something": (
        'id = "website"',
        'id = "private"',
        'services.private.id: "private" has a meaning of its own: `/case report private ...` reports a private case; choose another id',
    ),
    "a rotation with the id of a person": (
        "[rotations.desk]",
        '[rotations.ida]\npeople = ["ana"]\n[rotations.desk]',
        "rotations.ida: a person has this id; people and rotations are named alike, so choose another",
    ),
    "managers in a circle": (
        'manager = "cleo"',
        'manager = "ana"',
        "people.bruno.manager: bruno -> ana -> bruno is a circle; give one of them another manager, or none",
    ),
    "one's own manager": (
        'manager = "cleo"',
        'manager = "bruno"',
        "people.bruno.manager: bruno -> bruno is a circle; give one of them another manager, or none",
    ),
    "one's own deputy": ('deputy = "ida"', 'deputy = "ana"', "people.ana.deputy: nobody can stand in for themselves; name somebody else"),
    "an account of two people": (
        'manager = "bruno"\ndeputy = "ida"',
        'email = "x@y.example"\n[[people]]\nid = "eve"\nname = "Eve"\nemail = "x@y.example"',
        'people.eve.email: "x@y.example" is ana\'s already; an account belongs to one person',
    ),
    "an absence of many years": (
        "to = 2026-08-14",
        "to = 2031-08-14",
        "absences[0].to: is more than two years after it begins; take ana out, or write an earlier day",
    ),
    "an absence that ends before it begins": (
        "to = 2026-08-14",
        "to = 2026-08-02",
        "absences[0].to: ends before it begins; `to` is the last day away",
    ),
    "absences that overlap": (
        "to = 2026-08-14",
        'to = 2026-08-14\n[[absences]]\nperson = "ana"\nfrom = 2026-08-14T12:00:00\nto = 2026-08-20',
        "absences[1]: overlaps absences[0]: ana is away once at a time; make one of the two, or part them",
    ),
    "an absence covered by oneself": (
        "to = 2026-08-14",
        'to = 2026-08-14\ncovered_by = "ana"',
        "absences[0].covered_by: nobody can stand in for themselves; name somebody else",
    ),
    "a date in words": (
        "to = 2026-08-14",
        'to = "mid August"',
        'absences[0].to: "mid August" is no date; write it like 2026-08-03, or with a time 2026-08-03T12:00:00, without quotes',
    ),
    "a date beyond all plans": (
        "to = 2026-08-14",
        "to = 9999-12-31",
        "absences[0].to: 9999-12-31 is out of range; write a year from 2000 to 2199",
    ),
    "impossible hours": (
        'hours = "Mon-Fri 09:00-17:30"',
        'hours = "Mon-Fri 9-5"',
        'organisation.hours: "9-5" in "Mon-Fri 9-5" is no time of day; write it like 09:00-17:30',
    ),
    "hours that are no text": (
        'hours = "Mon-Fri 09:00-17:30"',
        "hours = 8",
        'organisation.hours: 8 is not hours; write them like "Mon-Fri 09:00-17:30"',
    ),
    "an unknown zone": (
        'zone = "Europe/London"',
        'zone = "Europe/Lodnon"',
        'organisation.zone: "Europe/Lodnon" is no time zone; did you mean "Europe/London"?',
    ),
    "a city for a zone": (
        'zone = "Europe/London"',
        'zone = "New York"',
        'organisation.zone: "New York" is no time zone; did you mean "America/New_York"?',
    ),
    "holidays of no country": (
        '"GB-ENG"',
        '"XQ"',
        'organisation.holidays: no holidays are known for "XQ"; write a country such as "FR", or a part of one such as "GB-ENG"',
    ),
    "holidays of a misspelt country": (
        '"GB-ENG"',
        '"Germny"',
        'organisation.holidays: no holidays are known for "Germny"; did you mean "DE"?',
    ),
    "holidays of no part of a country": (
        '"GB-ENG"',
        '"GB-LON"',
        'organisation.holidays: no part of GB is called "LON"; write "GB" or one of "GB-ENG", "GB-NIR", "GB-SCT" and "GB-WLS"',
    ),
    "a length that mixes units": (
        'respond_within = "1h"',
        'respond_within = "1d4h"',
        'chains.standard.levels[0].respond_within: "1d4h" mixes days and hours; write either days or hours',
    ),
    "a negative length": (
        'respond_within = "1h"',
        'respond_within = "-1h"',
        'chains.standard.levels[0].respond_within: "-1h" is negative, and time only runs forward; write it like "45m", "1h30m", "2d" or "3 hours"',
    ),
    "a length without a unit": (
        'respond_within = "1h"',
        "respond_within = 60",
        'chains.standard.levels[0].respond_within: 60 is not a length of time; write it in quotes, such as "45m", "4h" or "2d"',
    ),
    "a length beyond all patience": (
        'resolve_within = "2d"',
        'resolve_within = "101d"',
        'chains.standard.levels[0].resolve_within: "101d" is out of range; write a length of time from 1m to 100d',
    ),
    "answering later than resolving": (
        'respond_within = "1h"',
        'respond_within = "3d"',
        "chains.standard.levels[0].respond_within: 3d is longer than resolve_within (2d); a case is answered first, then resolved: make it shorter",
    ),
    "a level with no target": (
        'to = "bruno"',
        "",
        (
            "chains.standard.levels[1].to: is missing; "
            'write whom the case goes to: "manager", or the id of a person or a rotation ("owner" at level 0)'
        ),
    ),
    "a level 0 that is not the owner's": (
        'to = "owner"',
        'to = "ida"',
        'chains.standard.levels[0].to: level 0 is the owner\'s; write to = "owner", and "ida" at a level above',
    ),
    "the owner twice": (
        'to = "bruno"',
        'to = "owner"',
        'chains.standard.levels[1].to: the owner has had it at level 0; write "manager", a person or a rotation',
    ),
    "no default service": (
        "default = true",
        "",
        (
            "services: no service is the default, so a report that names none has nowhere to go; "
            'mark one with default = true: "billing" and "website"'
        ),
    ),
    "two default services": (
        'owner = "desk"',
        'owner = "desk"\ndefault = true',
        'services.website.default: "billing" is the default already; leave it to one of them',
    ),
    "a default that is no truth": (
        "default = true",
        'default = true\nprivate = "yes"',
        'services.billing.private: "yes" is neither true nor false; write one of them without quotes',
    ),
    "an owner whom nobody stands above": (
        'owner = "ana"',
        'owner = "bruno"',
        'services.billing.owner: goes no further than bruno on the chain "standard"; give bruno a manager, or name somebody else at a level',
    ),
    "a severity with a chain and a stretch": (
        "stretch = 0.25",
        'stretch = 0.25\nchain = "standard"',
        "severities.critical: has both a chain and a stretch; a chain has times of its own, so leave one of them out",
    ),
    "a stretch of nothing": (
        "stretch = 0.25",
        "stretch = 0",
        "severities.critical.stretch: 0 is out of range; below 1 makes times shorter, above 1 longer: write a number from 0.01 to 10",
    ),
    "a stretch that is no number": (
        "stretch = 0.25",
        "stretch = nan",
        "severities.critical.stretch: nan is not a number; write one such as 0.25, without quotes",
    ),
    "a stretch longer than any number": (
        "stretch = 0.25",
        f"stretch = {'9' * 400}",
        "severities.critical.stretch: a number of over 20 digits is out of range; below 1 makes times shorter, above 1 longer: write a number from 0.01 to 10",
    ),
    "an hour that costs less than nothing": (
        "chases_before_escalation = 3",
        "rates = [40, -1]",
        "rules.rates: -1 is out of range; write an amount from 0 to 1000000",
    ),
    "an hour's cost in quotes": (
        "chases_before_escalation = 3",
        'rates = ["40"]',
        'rules.rates: "40" is not an amount; write a number such as 40 or 62.5, without quotes',
    ),
    "one cost for all levels": (
        "chases_before_escalation = 3",
        "rates = 40",
        "rules.rates: 40 is not a list of amounts; write what an hour costs at each level, such as [40, 65, 120]",
    ),
    "an exempt severity that does not exist": (
        "chases_before_escalation = 3",
        'exempt_severity = "critcal"',
        'rules.exempt_severity: there is no severity "critcal"; did you mean "critical"?',
    ),
    "a rule out of range": (
        "chases_before_escalation = 3",
        "chases_before_escalation = -1",
        "rules.chases_before_escalation: -1 is out of range; write a whole number from 1 to 100",
    ),
    "a rule that is no whole number": (
        "chases_before_escalation = 3",
        "chases_before_escalation = 2.5",
        "rules.chases_before_escalation: 2.5 is not a whole number; write one from 1 to 100, without quotes",
    ),
    "a clock of another kind": (
        'clock = "working"',
        'clock = "sometimes"',
        'chains.standard.clock: "sometimes" is none of "working" and "always"; write one of them',
    ),
    "a digest at no time of day": (
        'at = "09:00"',
        'at = "9 o\'clock"',
        'digests[0].at: "9 o\'clock" is no time of day; write it like "09:00"',
    ),
    "a digest on no day": (
        'at = "09:00"',
        'days = "Mon-Fry"',
        'digests[0].days: "fry" is no day; write Mon, Tue, Wed, Thu, Fri, Sat, Sun, a range such as Mon-Fri, or daily',
    ),
    "days with a time": (
        'at = "09:00"',
        'days = "Mon 09:00"',
        'digests[0].days: "Mon 09:00" is not days; write them like "Mon-Fri" or "daily", and the time as "at"',
    ),
    "two digests for a channel": (
        'at = "09:00"',
        'at = "09:00"\n[[digests]]\nto = "local:help"',
        'digests[1].to: "local:help" gets the digest of digests[0] already; a channel gets one a day',
    ),
    "turns that change at no time": (
        'hands_over = "Mon 09:00"',
        'hands_over = "Mondays"',
        'rotations.desk.hands_over: "Mondays" is not a day and a time; write it like "Mon 09:00"',
    ),
    "turns for nobody": ('people = ["ana", "ida"]', "people = []", "rotations.desk.people: is an empty list; name at least one"),
    "a port that does not exist": (
        "[local]",
        "[local]\nport = 70000",
        "local.port: 70000 is out of range; write a whole number from 0 to 65535",
    ),
    "another database": (
        "sqlite:///cases.db",
        "mysql://host/cases",
        "database.url: is neither SQLite nor PostgreSQL; write it like sqlite:///buckstop.db or postgresql://host/name",
    ),
    "a database's password": (
        "sqlite:///cases.db",
        "postgresql://bot:hunter2@host/cases",
        "database.url: a password has no place in a file; put the whole address into BUCKSTOP_DATABASE_URL instead",
    ),
    "a Slack token by its key": (
        "[local]",
        '[slack]\nworkspaces = ["T0123456"]\nbot_token = "hunter2"\n[local]',
        (
            "slack.bot_token: a token has no place in a file; "
            "set it in the environment instead, such as SLACK_BOT_TOKEN, and have a new one made if anybody else has seen this file"
        ),
    ),
    "a Slack token by its look, in a list": (
        'channels = ["help", "billing"]',
        'channels = ["help", "billing"]\nreactions = ["xoxb-hunter2"]',
        "local.reactions[0]: a token has no place in a file; set it in the environment instead, and choose a new one if anybody else has seen this file",
    ),
}


def test_the_good_file_has_no_fault() -> None:
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(("good", "bad", "fault"), ONE_FAULT.values(), ids=ONE_FAULT.keys())
def test_a_fault_is_told_with_its_place_and_its_cure(good: str, bad: str, fault: str) -> None:
    assert good in GOOD

    assert faults_of(GOOD.replace(good, bad, 1)) == [f"config.toml: {fault}"]


@pytest.mark.parametrize("section", ["organisation", "people", "services", "chains"])
def test_a_section_that_must_be_there_is_missed(section: str) -> None:
    told = faults_of("")

    assert [fault for fault in told if fault.startswith(f"config.toml: {section}: is missing; ")] != []
    assert len(told) == 4


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    bad = (
        GOOD.replace('name = "Bruno"\nmanager = "cleo"', 'name = 7\nmanager = "ana"')
        .replace('"1h"', '"1d1h"')
        .replace('to = "bruno"', 'to = "eve"')
    )

    assert faults_of(bad) == [
        "config.toml: people.bruno.name: 7 is not text; write it in quotes",
        "config.toml: people.bruno.manager: bruno -> ana -> bruno is a circle; give one of them another manager, or none",
        'config.toml: chains.standard.levels[0].respond_within: "1d1h" mixes days and hours; write either days or hours',
        'config.toml: chains.standard.levels[1].to: nobody is called "eve"; choose from "ana", "bruno", "cleo", "desk", "ida", "manager" and "owner"',
    ]


def test_an_address_from_the_environment_is_checked_and_not_quoted() -> None:
    told = faults_of(GOOD, {"BUCKSTOP_DATABASE_URL": "mongo://bot:hunter2@host"})

    what = "is neither SQLite nor PostgreSQL; write it like sqlite:///buckstop.db or postgresql://host/name"
    assert told == [f"config.toml: BUCKSTOP_DATABASE_URL: {what}"]


@pytest.mark.parametrize(
    "secret", ["xoxb-1-hunter2", "xapp-1-hunter2", "MTEyMjMzNDQ1NTY2Nzc4ODk5.GhIjKl.hunter2hunter2hunter2hunter2", "https://a:hunter2@b"]
)
@pytest.mark.parametrize("place", ['name = "{}"', 'unknown = "{}"', 'hours = ["{}"]', 'admins = ["ida", "{}"]', '"{}" = 1', "hours = '{}'"])
def test_no_fault_quotes_a_secret(place: str, secret: str) -> None:
    key, _, _ = place.partition(" = ")
    line = next((line for line in GOOD.splitlines() if line.startswith(f"{key} = ")), 'name = "Northwind"')
    told = faults_of(GOOD.replace(line, place.format(secret), 1))

    assert told != []
    if not place.startswith('"'):
        assert [fault for fault in told if "hunter2" in fault] == []

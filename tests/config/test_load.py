"""Does a configuration come to what was written, and does whatever else somebody writes come to faults?"""

import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

from bot.config import (
    ConfigFaults,
    DigestPlan,
    DiscordChannel,
    DiscordPlan,
    LocalPlan,
    OperationPlan,
    Shards,
    SlackChannel,
    SlackPlan,
    example_path,
    load,
    loads,
)  # fmt: skip
from bot.config import organisation_again as again
from bot.config.plans import FORUM_TAGS
from bot.config.public_holidays import PublicHolidays, public_holidays
from bot.escalation.calendar import NoHolidays
from bot.escalation.hours import parse_hours
from bot.escalation.org import Absence, Account, Level, Rotation, Severity
from bot.escalation.span import Span
from bot.escalation.words import ChainId, PersonId, RotationId, ServiceId
from tests.config.test_faults import GOOD

ROOT = Path(__file__).parent.parent.parent
GUILD = "112233445566778899"
EXAMPLE = example_path().read_text("utf-8")


def documented() -> set[str]:
    """Return every key that the documentation has a row for, as `section.key`."""
    found, section = set(), ""
    for line in (ROOT / "docs/configuration.md").read_text("utf-8").splitlines():
        if line.startswith("## `"):
            section = line.split("`")[1].strip("[]").replace(".<id>", "")
        elif line.startswith("| `"):
            found.add(f"{section}.{line.split('`')[1]}")
    return found


def uncommented() -> str:
    """Return the example with everything switched on that is commented out."""
    lines = [line.removeprefix("# ") if line.startswith("# ") and " = " in line else line for line in EXAMPLE.splitlines()]
    return "\n".join(line.removeprefix("# ") if line.startswith(("# [slack]", "# [discord]")) else line for line in lines)


def example_keys() -> set[str]:
    """Return every key of the example as `section.key`, those that are commented out included."""
    tree = tomllib.loads(uncommented())
    found = set()
    for section, entries in tree.items():
        for entry in (
            entries if isinstance(entries, list) else entries.values() if section in ("rotations", "chains", "severities") else [entries]
        ):
            found |= {f"{section}.{key}" for key in entry if key != "levels"}
            found |= {f"{section}.levels.{key}" for level in entry.get("levels", []) for key in level}
    return found


def test_the_example_has_no_fault_and_lies_in_the_root_too() -> None:
    config = load(ROOT / "config.example.toml", {})

    assert (ROOT / "config.example.toml").read_text("utf-8") == EXAMPLE
    assert (config.org.name, config.org.admins, config.org.leaders) == ("Northwind Energy", ("ida",), ("cleo",))
    assert config.org.services[ServiceId("billing")].owner == "ana"
    assert config.org.managers(PersonId("ana")) == ("bruno", "cleo")


def test_what_the_example_has_commented_out_has_no_fault_either_and_says_what_is_so_anyway() -> None:
    config = loads(uncommented(), "config.toml", {})

    assert config.slack == SlackPlan(
        ("T0123456",), {"leadership": SlackChannel("T0123456", "C0123456"), "billing": SlackChannel("T0123456", "C0123457")}
    )
    assert config.discord == DiscordPlan(
        (GUILD,),
        {"leadership": DiscordChannel(GUILD, "112233445566778800"), "problems": DiscordChannel(GUILD, "112233445566778801")},
        forums=frozenset({"problems"}),
        shards=Shards(1),
        forum_tags={**FORUM_TAGS, "fixed": "Solved"},
    )
    assert config.org.people[PersonId("ida")].accounts == (
        Account("slack", "T0123456", "U0123456789"),
        Account("discord", "", "112233445566778899"),
    )


def test_every_key_of_the_example_is_explained_and_nothing_else_is() -> None:
    assert len(example_keys()) > 60
    assert example_keys() == documented()


@pytest.mark.parametrize("text", [EXAMPLE, GOOD], ids=["example", "good"])
def test_the_organisation_can_be_read_again_from_what_is_kept_of_it(text: str) -> None:
    config = loads(text, "config.toml", {"BUCKSTOP_DATABASE_URL": "postgresql://buckstop:hidden@db/buckstop"})

    assert again(config.source) == config.org
    assert "hidden" not in config.source
    assert '"database"' not in config.source


def test_what_would_not_be_accepted_any_more_is_not_known() -> None:
    assert again('{"organisation": {"name": "Acme", "zone": "Mars"}}') is None


@pytest.mark.parametrize("key", ["keep_answers_for", "keep_deliveries_for"])
@pytest.mark.parametrize(("value", "kept"), [('"2d"', 2), ('"48h"', 2), ('"3653d"', 3653)])
def test_how_long_something_is_kept(key: str, value: str, kept: int) -> None:
    rules = loads(GOOD.replace("[rules]", f"[rules]\n{key} = {value}"), "config.toml", {}).org.rules
    assert getattr(rules, key) == timedelta(days=kept)


@pytest.mark.parametrize("value", ['"1d"', '"47h"', '"3654d"', '"9999999999d"', "30"])
def test_a_day_is_never_forgotten_before_it_is_over(value: str) -> None:
    with pytest.raises(ConfigFaults, match=r"rules\.keep_deliveries_for: "):
        loads(GOOD.replace("[rules]", f"[rules]\nkeep_deliveries_for = {value}"), "config.toml", {})


def test_the_organisation_is_what_was_written() -> None:
    org = loads(GOOD, "config.toml", {}).org

    ana, desk = org.people[PersonId("ana")], org.rotations[RotationId("desk")]
    assert (ana.name, ana.manager, ana.deputy, ana.team, ana.gone, ana.reachable) == ("Ana", "bruno", "ida", None, False, True)
    assert (ana.calendar.zone, ana.calendar.week) == ("Europe/London", parse_hours("Mon-Fri 09:00-17:30"))
    assert ana.calendar.holidays == PublicHolidays("GB-ENG")
    assert desk == Rotation(RotationId("desk"), (PersonId("ana"), PersonId("ida")), 0, timedelta(hours=9), "Europe/London")
    assert [service.default for service in org.services.values()] == [True, False]
    assert org.chains[ChainId("standard")].levels == (
        Level("owner", Span.parse("1h"), Span.parse("2d"), Span.parse("1h")),
        Level("bruno", Span.parse("2h"), Span.parse("1d"), Span.parse("2h")),
    )
    assert org.severities == {
        "normal": Severity("normal", 0, default=True),
        "critical": Severity("critical", 1, stretch=Fraction(1, 4)),
    }


def test_whoever_names_only_what_is_critical_has_a_normal_severity_besides() -> None:
    org = loads(GOOD.replace("[severities.normal]\n", ""), "config.toml", {}).org

    assert org.severities == {
        "normal": Severity("normal", 0, default=True),
        "critical": Severity("critical", 1, stretch=Fraction(1, 4)),
    }


def test_without_a_local_section_the_workspace_has_the_channels_that_the_file_names() -> None:
    config = loads(GOOD.replace('[local]\nchannels = ["help", "billing"]', ""), "config.toml", {})

    assert config.local.channels == ("help", "billing")


def test_a_channel_of_one_platform_only_may_be_named_without_it() -> None:
    config = loads(GOOD.replace('"local:billing"', '"billing"').replace('"local:help"', '"help"'), "config.toml", {})

    assert config.org.services[ServiceId("billing")].channel == "local:billing"
    assert [plan.to for plan in config.digests] == [("local:help",)]


def test_people_inherit_what_they_do_not_say_themselves() -> None:
    text = GOOD.replace('deputy = "ida"', 'zone = "Asia/Tokyo"\nhours = "Mon-Thu 10:00-19:00"\nholidays = "none"')
    people = loads(text, "config.toml", {}).org.people

    ana, ida = people[PersonId("ana")].calendar, people[PersonId("ida")].calendar
    assert (ana.zone, ana.week, ana.holidays) == ("Asia/Tokyo", parse_hours("Mon-Thu 10:00-19:00"), NoHolidays())
    assert (ida.zone, ida.week, ida.holidays) == ("Europe/London", parse_hours("Mon-Fri 09:00-17:30"), PublicHolidays("GB-ENG"))


def at(text: str) -> datetime:
    """Return a time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ABSENCES = {
    "whole days, the last one included": ("2026-08-03", "2026-08-14", at("2026-08-02T23:00"), at("2026-08-14T23:00")),
    "one day": ("2026-12-24", "2026-12-24", at("2026-12-24T00:00"), at("2026-12-25T00:00")),
    "a day that has 25 hours": ("2026-10-25", "2026-10-25", at("2026-10-24T23:00"), at("2026-10-26T00:00")),
    "times in the person's zone": ("2026-08-03T12:00:00", "2026-08-03T17:30:00", at("2026-08-03T11:00"), at("2026-08-03T16:30")),
    "a time with its zone": ("2026-08-03T12:00:00Z", "2026-08-04", at("2026-08-03T12:00"), at("2026-08-04T23:00")),
    "dates in quotes": ('"2026-08-03"', '"2026-08-14"', at("2026-08-02T23:00"), at("2026-08-14T23:00")),
}


@pytest.mark.parametrize(("first", "last", "start", "end"), ABSENCES.values(), ids=ABSENCES.keys())
def test_an_absence_lasts_from_its_first_day_to_the_end_of_its_last(first: str, last: str, start: datetime, end: datetime) -> None:
    text = GOOD.replace("from = 2026-08-03\nto = 2026-08-14", f"from = {first}\nto = {last}")

    assert loads(text, "config.toml", {}).org.absences == (Absence(PersonId("ana"), start, end),)


def test_platforms_digests_and_operation_are_what_was_written() -> None:
    more = """
[slack]
workspaces = ["T0123456"]
channels = { leaders = "C0123456" }

[operation]
log_level = "debug"

[[digests]]
to = "slack:leaders"
at = 07:30:00
days = ["Sun", "Mon"]
zone = "Asia/Tokyo"
services = ["billing"]
names = "people"
"""
    config = loads(GOOD + more, "config.toml", {})

    assert config.slack == SlackPlan(("T0123456",), {"leaders": SlackChannel("T0123456", "C0123456")}, ("sos",))
    assert config.discord is None
    assert config.local == LocalPlan(False, "127.0.0.1", 8080, ("help", "billing"), ("🆘",))
    assert config.operation == OperationPlan("127.0.0.1", 9464, "debug", timedelta(seconds=60))
    assert config.digests == (
        DigestPlan(("local:help",), "0 9 * * *", "Europe/London"),
        DigestPlan(("slack:leaders",), "30 7 * * 1,0", "Asia/Tokyo", (ServiceId("billing"),), "people"),
    )


def test_a_digest_goes_out_when_its_plan_says_so() -> None:
    plan = load(example_path(), {}).digests[0]
    friday = datetime(2026, 7, 31, 9, 0, tzinfo=ZoneInfo(plan.zone))

    assert [f"{time:%a %H:%M}" for time in islice(CronSim(plan.cron, friday), 2)] == ["Mon 09:00", "Tue 09:00"]


def test_accounts_are_kept_with_the_people() -> None:
    people = loads(GOOD.replace('deputy = "ida"', 'discord = 112233445566778899\nprefers = "discord"'), "config.toml", {}).org.people

    ana, ida = people[PersonId("ana")], people[PersonId("ida")]
    assert (ana.accounts, ana.prefers) == ((Account("discord", "", "112233445566778899"),), "discord")
    assert (ida.accounts, ida.email, ida.prefers) == ((), None, None)


def test_the_environment_says_which_database() -> None:
    assert loads(GOOD, "config.toml", {}).database_url == "sqlite:///cases.db"
    assert loads(GOOD, "config.toml", {"BUCKSTOP_DATABASE_URL": "postgresql://a:b@c/d"}).database_url == "postgresql://a:b@c/d"


@pytest.mark.parametrize("name", ["José\u00a0Núñez", "می\u200cدخت", "李小龍", "O'Brien-Smith", "👩\u200d💻 Ana"])
def test_people_are_called_what_they_are_called(name: str) -> None:
    assert loads(GOOD.replace('name = "Ana"', f'name = "{name}"'), "config.toml", {}).org.name_of(PersonId("ana")) == name


def test_where_no_admin_is_named_the_top_hears_of_dead_routes() -> None:
    assert loads(GOOD.replace('admins = ["ida"]', ""), "config.toml", {}).org.admins == ("cleo",)


def test_one_service_is_the_default_by_itself() -> None:
    text = GOOD.replace('[[services]]\nid = "website"\nname = "Website"\nowner = "desk"', "").replace("default = true", "")

    assert loads(text, "config.toml", {}).org.services[ServiceId("billing")].default


def test_a_case_whose_owner_has_no_manager_goes_to_whoever_the_chain_names() -> None:
    text = GOOD.replace('owner = "ana"', 'owner = "cleo"')

    assert loads(text, "config.toml", {}).org.services[ServiceId("billing")].owner == "cleo"


HOLIDAYS = {
    "a bank holiday": ("GB-ENG", date(2026, 8, 31), True),
    "one that only a part has": ("GB-SCT", date(2026, 11, 30), True),
    "one that another part has": ("GB-ENG", date(2026, 11, 30), False),
    "one of a country": ("FR", date(2027, 7, 14), True),
    "in small letters": ("de-by", date(2026, 1, 6), True),
    "by a part's name": ("GB-England", date(2026, 8, 31), True),
    "by an older code": ("UK", date(2026, 12, 25), True),
    "kept on the Friday of the year before": ("US", date(2021, 12, 31), True),
    "a country that builds on another's": ("IM", date(2026, 7, 6), True),
    "a year that no calendar reaches": ("GB", date(9999, 12, 25), False),
}


@pytest.mark.parametrize(("code", "day", "is_one"), HOLIDAYS.values(), ids=HOLIDAYS.keys())
def test_public_holidays(code: str, day: date, is_one: bool) -> None:
    assert (day in public_holidays(code)) is is_one


def test_the_same_holidays_are_equal_however_they_were_written() -> None:
    assert public_holidays("gb-england") == public_holidays("GB-ENG")
    assert hash(public_holidays("UK")) == hash(public_holidays("GB"))


def test_only_the_countries_that_are_named_are_loaded() -> None:
    code = (
        "import sys; from bot.config import load, example_path; load(example_path(), {})\n"
        "print('holidays.countries' in sys.modules, 'rapidfuzz' in sys.modules, 'sqlalchemy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told.split() == ["False", "False", "False"]


def test_a_file_that_is_not_there_or_no_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'name = "Jos\xe9"')

    for path, what in (
        (tmp_path / "none.toml", "there is no such file; "),
        (tmp_path / "latin.toml", "is not UTF-8 (byte 12)"),
        (tmp_path, "cannot be read"),
    ):
        with pytest.raises(ConfigFaults) as found:
            load(path, {})
        assert str(found.value).startswith(f"{path}: {what}")


# --- whatever somebody writes -------------------------------------------------------------------------------------------------

VALUES = st.sampled_from([
    "1", "-1", "0", "1e400", "nan", "true", '""', '" "', '"ana"', '"\\n\\u0000🆘"', "[]", "[1]", '["a", 2, []]', "{}", '{ a = "b" }',
    "[[1], { b = 2 }]", "2026-08-03", "0001-01-01", "9999-12-31T23:59:59+23:59", "25:00:00", "07:30:00", '"owner"', '"manager"',
    '"-"', '"GB-"', '"-ENG"', '"99999d"', '"1/0d"', '"²h"', '"Mon-Mon 00:00-24:00; Mon 01:00-02:00"', '"../../etc"', '"xoxb-1"',
    '"local:"', "9" * 4000, '"' + "9" * 400 + 'd"',
])  # fmt: skip
LINES = [line for line in GOOD.splitlines() if line]


def outcome(text: str) -> str:
    """Return "fine", or "faults" if every one of them is a readable line."""
    try:
        loads(text, "config.toml", {})
    except ConfigFaults as found:
        faults = [str(fault) for fault in found.faults]
    else:
        return "fine"
    readable = all(fault.startswith("config.toml: ") and fault.isprintable() for fault in faults)
    return "faults" if faults and readable else f"unreadable: {faults}"


@given(st.text())
def test_any_text_comes_to_faults(text: str) -> None:
    assert outcome(text) == "faults"


@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), VALUES), min_size=1, max_size=6))
def test_any_value_anywhere_comes_to_faults_or_is_fine(changes: list[tuple[int, str]]) -> None:
    lines = list(LINES)
    for n, value in changes:
        key, equals, _ = lines[n].partition(" = ")
        lines[n] = f"{key} = {value}" if equals else lines[n]

    assert outcome("\n".join(lines)) in ("fine", "faults")


@given(st.lists(st.sampled_from(LINES), max_size=60))
def test_lines_in_any_order_come_to_faults_or_are_fine(lines: list[str]) -> None:
    assert outcome("\n".join(lines)) in ("fine", "faults")


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=4),
    st.sampled_from(["people", "levels", "services", "x.y", "severities"]),
)
def test_unknown_keys_anywhere_come_to_faults(entries: dict[str, str], section: str) -> None:
    table = "".join(f"{tomllib_key(key)} = {value}\n" for key, value in entries.items())

    assert outcome(f"{GOOD}\n[[{section}]]\n{table}") == "faults"


def tomllib_key(key: str) -> str:
    """Return a key in quotes, whatever letters it has."""
    return '"' + "".join(f"\\U{ord(letter):08x}" if not 0xD800 <= ord(letter) < 0xE000 else "?" for letter in key) + '"'


@pytest.mark.parametrize(
    "text", ["a." * 5000 + "b = 1", "a = " + "[" * 5000, "a = " + "9" * 5000, "[" + "a." * 5000 + "b]", "a = '''" + "x" * 10**6 + "'''"]
)
def test_what_is_too_much_is_a_fault(text: str) -> None:
    assert outcome(text) == "faults"

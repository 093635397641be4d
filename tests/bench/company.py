"""A company of a believable size, as its configuration would say it: 621 people, 200 services, two chains.

It works around the clock, so that a figure does not depend on the hour at which it was measured; working time is computed all the same.
And its people bear more than a few nags a day: what is put off until the next one cannot be measured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import Config, load
from tests.ports import free_port

MANAGERS, OWNERS, REPORTERS = 20, 200, 400
PEOPLE = (  # id, manager, team
    ("chief", "", "board"),
    *((f"manager-{n}", "chief", f"team-{n}") for n in range(MANAGERS)),
    *((f"owner-{n}", f"manager-{n % MANAGERS}", f"team-{n % MANAGERS}") for n in range(OWNERS)),
    *((f"staff-{n}", "chief", "care") for n in range(REPORTERS)),
)

_HEAD = """[organisation]
name = "Northwind"
zone = "UTC"
hours = "Mon-Sun 00:00-24:00"
holidays = "none"
admins = ["chief"]
leaders = ["chief"]

[severities.normal]
default = true

[rules]
nags_per_day = 1000

[operation]
log_level = "error"
port = {health}
"""

_LOCAL = """[local]
enabled = true
channels = ["help", "leadership"]
port = {port}

[[digests]]
to = ["local:leadership"]
at = "09:00"
"""

# Without a digest: the first one falls into the measurement, or not, as the hour has it.
_SLACK = """[local]
enabled = false

[slack]
workspaces = ["{workspace}"]
transport = "http"
port = {port}
"""


_DISCORD = """[local]
enabled = true
port = {local}

[slack]
workspaces = ["{workspace}"]

[discord]
guilds = ["{guild}"]
"""


@dataclass(frozen=True, slots=True)
class Everywhere:
    """A workspace of Slack's and a server of Discord's in which everybody has an account; half the people prefer one, half the other."""

    workspace: str
    guild: str
    slack: Mapping[str, str]
    discord: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class InSlack:
    """A workspace in which everybody has an account, and the port of the door for its requests."""

    workspace: str
    port: int
    accounts: Mapping[str, str] = field(default_factory=dict)  # by the ids of people


def write_everywhere(file: Path, health_port: int, local_port: int, there: Everywhere) -> None:
    """Write the configuration of a company that works on all platforms at once."""
    head = (_HEAD.format(health=health_port), _DISCORD.format(local=local_port, workspace=there.workspace, guild=there.guild), *_chains())
    ways = {
        person: f'slack = "{there.slack[person]}"\ndiscord = "{there.discord[person]}"\nprefers = "{("slack", "discord")[n % 2]}"\n'
        for n, (person, _, _) in enumerate(PEOPLE)
    }
    file.write_text("\n".join([*head, *_people(ways), *_services()]), encoding="utf-8")


def write(file: Path, health_port: int = 9464, local_port: int = 8080, slack: InSlack | None = None) -> None:
    """Write the configuration: of a company that works locally, or in Slack."""
    head = (
        _HEAD.format(health=health_port),
        _SLACK.format(workspace=slack.workspace, port=slack.port) if slack else _LOCAL.format(port=local_port),
        *_chains(),
    )
    ways = {person: f'slack = "{account}"\n' for person, account in slack.accounts.items()} if slack else {}
    file.write_text("\n".join([*head, *_people(ways), *_services()]), encoding="utf-8")


def loaded(folder: Path, database_url: str) -> Config:
    """Return the company's configuration over this database."""
    file = folder / "company.toml"
    write(file, local_port=free_port())
    return load(file, {"BUCKSTOP_DATABASE_URL": database_url})


def _people(ways: Mapping[str, str]) -> Iterator[str]:
    for person, manager, team in PEOPLE:
        name = person.replace("-", " ").capitalize()
        above = f'manager = "{manager}"\n' if manager else ""
        yield f'[[people]]\nid = "{person}"\nname = "{name}"\n{above}team = "{team}"\n{ways.get(person, "")}'


def _services() -> Iterator[str]:
    for n in range(OWNERS):
        chain, usual = ("steady", "brisk")[n % 2], "default = true\n" if not n else ""
        yield f'[[services]]\nid = "service-{n}"\nname = "Service {n}"\nowner = "owner-{n}"\nchain = "{chain}"\n{usual}'


def _chains() -> tuple[str, str]:
    """Return one that first of all nags, and one that first of all goes a level up."""
    return _chain("steady", respond="4h", nag="1h"), _chain("brisk", respond="30m", nag="1h")


def _chain(name: str, respond: str, nag: str) -> str:
    times = f'respond_within = "{respond}"\nresolve_within = "5d"\nnag_every = "{nag}"\n'
    levels = "\n".join(f'[[chains.{name}.levels]]\nto = "{to}"\n{times}' for to in ("owner", "manager", "chief"))
    return f'[chains.{name}]\nclock = "working"\n\n{levels}'

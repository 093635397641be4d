"""A company of a believable size, as its configuration would say it: 621 people, 200 services, two chains.

It works around the clock, so that a figure does not depend on the hour at which it was measured; working time is computed all the same.
And its people bear more than a few nags a day: what is put off until the next one cannot be measured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import Config, load

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


@dataclass(frozen=True, slots=True)
class InSlack:
    """A workspace in which everybody has an account, and the port of the door for its requests."""

    workspace: str
    port: int
    accounts: Mapping[str, str] = field(default_factory=dict)  # by the ids of people


def write(file: Path, health_port: int = 9464, local_port: int = 8080, slack: InSlack | None = None) -> None:
    """Write the configuration: of a company that works locally, or in Slack."""
    head = (
        _HEAD.format(health=health_port),
        _SLACK.format(workspace=slack.workspace, port=slack.port) if slack else _LOCAL.format(port=local_port),
        _chain("steady", respond="4h", nag="1h"),  # first of all it nags
        _chain("brisk", respond="30m", nag="1h"),  # first of all it goes a level up
    )
    file.write_text("\n".join([*head, *_people(slack.accounts if slack else {}), *_services()]), encoding="utf-8")


def loaded(folder: Path, database_url: str) -> Config:
    """Return the company's configuration over this database."""
    file = folder / "company.toml"
    write(file)
    return load(file, {"BUCKSTOP_DATABASE_URL": database_url})


def _people(accounts: Mapping[str, str]) -> Iterator[str]:
    for person, manager, team in PEOPLE:
        name = person.replace("-", " ").capitalize()
        above = f'manager = "{manager}"\n' if manager else ""
        account = f'slack = "{accounts[person]}"\n' if accounts else ""
        yield f'[[people]]\nid = "{person}"\nname = "{name}"\n{above}team = "{team}"\n{account}'


def _services() -> Iterator[str]:
    for n in range(OWNERS):
        chain, usual = ("steady", "brisk")[n % 2], "default = true\n" if not n else ""
        yield f'[[services]]\nid = "service-{n}"\nname = "Service {n}"\nowner = "owner-{n}"\nchain = "{chain}"\n{usual}'


def _chain(name: str, respond: str, nag: str) -> str:
    times = f'respond_within = "{respond}"\nresolve_within = "5d"\nnag_every = "{nag}"\n'
    levels = "\n".join(f'[[chains.{name}.levels]]\nto = "{to}"\n{times}' for to in ("owner", "manager", "chief"))
    return f'[chains.{name}]\nclock = "working"\n\n{levels}'

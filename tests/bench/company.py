"""A company of a believable size, as its configuration would say it: 621 people, 200 services, two chains.

It works around the clock, so that a figure does not depend on the hour at which it was measured; working time is computed all the same.
And its people bear more than a few nags a day: what is put off until the next one cannot be measured.
"""

from collections.abc import Iterator
from pathlib import Path

from bot.config import Config, load

MANAGERS, OWNERS, REPORTERS = 20, 200, 400

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

[local]
enabled = true
channels = ["help", "leadership"]
port = {local}

[operation]
log_level = "error"
port = {health}

[[digests]]
to = ["local:leadership"]
at = "09:00"
"""


def write(file: Path, health_port: int = 9464, local_port: int = 8080) -> None:
    """Write the configuration."""
    head = (
        _HEAD.format(health=health_port, local=local_port),
        _chain("steady", respond="4h", nag="1h"),  # first of all it nags
        _chain("brisk", respond="30m", nag="1h"),  # first of all it goes a level up
    )
    file.write_text("\n".join([*head, *_people(), *_services()]), encoding="utf-8")


def loaded(folder: Path, database_url: str) -> Config:
    """Return the company's configuration over this database."""
    file = folder / "company.toml"
    write(file)
    return load(file, {"BUCKSTOP_DATABASE_URL": database_url})


def _people() -> Iterator[str]:
    yield '[[people]]\nid = "chief"\nname = "The Chief"\nteam = "board"\n'
    for n in range(MANAGERS):
        yield f'[[people]]\nid = "manager-{n}"\nname = "Manager {n}"\nmanager = "chief"\nteam = "team-{n}"\n'
    for n in range(OWNERS):
        lead = n % MANAGERS
        yield f'[[people]]\nid = "owner-{n}"\nname = "Owner {n}"\nmanager = "manager-{lead}"\nteam = "team-{lead}"\n'
    for n in range(REPORTERS):
        yield f'[[people]]\nid = "staff-{n}"\nname = "Staff {n}"\nmanager = "chief"\nteam = "care"\n'


def _services() -> Iterator[str]:
    for n in range(OWNERS):
        chain, usual = ("steady", "brisk")[n % 2], "default = true\n" if not n else ""
        yield f'[[services]]\nid = "service-{n}"\nname = "Service {n}"\nowner = "owner-{n}"\nchain = "{chain}"\n{usual}'


def _chain(name: str, respond: str, nag: str) -> str:
    times = f'respond_within = "{respond}"\nresolve_within = "5d"\nnag_every = "{nag}"\n'
    levels = "\n".join(f'[[chains.{name}.levels]]\nto = "{to}"\n{times}' for to in ("owner", "manager", "chief"))
    return f'[chains.{name}]\nclock = "working"\n\n{levels}'

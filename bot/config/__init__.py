"""What does the configuration say, and can it be lived by?

`load` reads the whole file, tells every fault at once with its place and its cure, or returns values that nobody needs to check
again. Secrets are never in the file: they come from the environment.
"""

import json
from collections.abc import Mapping
from datetime import time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Literal, cast

from bot.config import chains, discord, names, people, routes, secrets, shapes, slack
from bot.config.faults import ConfigFaults, Fault, Faults
from bot.config.organisation import organisation
from bot.config.plans import Config, DigestPlan, DiscordChannel, DiscordPlan, LocalPlan, OperationPlan, Shards, SlackChannel, SlackPlan
from bot.config.reading import Sheet, Tree, parse, read
from bot.config.taking import taken
from bot.escalation.org import Org
from bot.escalation.words import ServiceId

__all__ = [
    "Config", "ConfigFaults", "DigestPlan", "DiscordChannel", "DiscordPlan", "Fault", "LocalPlan", "OperationPlan", "Shards",
    "SlackChannel", "SlackPlan", "example_path", "load", "loads", "organisation_again", "taken",
]  # fmt: skip

DATABASE_URL = "BUCKSTOP_DATABASE_URL"


def load(path: Path | str, environ: Mapping[str, str]) -> Config:
    """Read the configuration in a file.

    Raises:
        ConfigFaults: everything that is wrong with it.
    """
    return loads(_text(Path(path)), str(path), environ)


def example_path() -> Path:
    """Return where the example organisation lies, which comes with the bot."""
    return Path(str(files("bot.config").joinpath("config.example.toml")))


def loads(text: str, file: str, environ: Mapping[str, str]) -> Config:
    """Read a configuration; `file` is what its faults call it.

    Raises:
        ConfigFaults: everything that is wrong with it.
    """
    raw, faults = parse(text, file), Faults(file)
    secrets.take_out(raw, faults)
    sheet = _checked(raw, faults)
    database_url = _database_url(sheet, environ)
    own = sheet.table(shapes.Organisation)
    if faults or own is None:
        raise ConfigFaults(faults.sorted_by(raw))
    return _config(sheet, own, database_url)


def organisation_again(source: str) -> Org | None:
    """Return the organisation that a configuration's `source` holds; None if this program would not accept it any more."""
    faults = Faults("what is in force")
    sheet = _checked(json.loads(source), faults)
    own = sheet.table(shapes.Organisation)
    return None if faults or own is None else organisation(sheet, own)


def _checked(raw: Tree, faults: Faults) -> Sheet:
    sheet = read(raw, faults)
    for part in (names, people, slack, discord, chains, routes):
        part.check(sheet)
    return sheet


def _source(raw: Tree) -> str:
    """Return the sections that an organisation is read from, in their order: severities rank by it. The database's address is none."""
    sections = {name: raw[name] for name in raw if name not in ("database", "digests", "operation")}
    return json.dumps(
        sections, ensure_ascii=False, default=lambda value: f"{value:%H:%M}" if isinstance(value, time) else value.isoformat()
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        what = "there is no such file; copy config.example.toml to it, or name another one with --config"
    except UnicodeDecodeError as fault:
        what = f"is not UTF-8 (byte {fault.start + 1}); save it as UTF-8"
    except OSError as fault:
        what = f"cannot be read: {fault.strerror or fault}; name a file that this user may read"
    raise ConfigFaults([Fault(str(path), "", what)])


def _database_url(sheet: Sheet, environ: Mapping[str, str]) -> str:
    database = sheet.table(shapes.Database) or shapes.Database()
    given = environ.get(DATABASE_URL, "").strip()
    url = given or database.url
    if not url.startswith(("sqlite:", "sqlite+", "postgresql:", "postgresql+", "postgres:")):
        # The address from the environment may hold a password, so it is not quoted.
        what = "is neither SQLite nor PostgreSQL; write it like sqlite:///buckstop.db or postgresql://host/name"
        sheet.faults.add(DATABASE_URL if given else "database.url", what)
    return url


def _config(sheet: Sheet, own: shapes.Organisation, database_url: str) -> Config:
    local, operation = sheet.table(shapes.Local) or shapes.Local(), sheet.table(shapes.Operation) or shapes.Operation()
    on_slack, on_discord = sheet.table(shapes.Slack), sheet.table(shapes.Discord)
    return Config(
        file=sheet.faults.file,
        org=organisation(sheet, own),
        database_url=database_url,
        digests=tuple(_digest(sheet, digest, own) for _, digest in sheet.each(shapes.Digest)),
        local=LocalPlan(local.enabled, local.host, local.port, tuple(names.local_channels(sheet)), tuple(local.reactions)),
        slack=slack.plan(on_slack) if on_slack else None,
        discord=discord.plan(on_discord) if on_discord else None,
        operation=OperationPlan(operation.host, operation.port, operation.log_level, timedelta(seconds=operation.lease)),
        source=_source(sheet.raw),
    )


def _digest(sheet: Sheet, digest: shapes.Digest, own: shapes.Organisation) -> DigestPlan:
    # Cron counts Monday as 1 and Sunday as 0.
    days = "*" if len(digest.days) == 7 else ",".join(str((day + 1) % 7) for day in digest.days)
    cron = f"{digest.at.minute} {digest.at.hour} * * {days}"
    about = tuple(map(ServiceId, digest.services))
    to = tuple(names.in_full(channel, sheet) for channel in digest.to)
    return DigestPlan(to, cron, digest.zone or own.zone, about, cast(Literal["teams", "people"], digest.names))

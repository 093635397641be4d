"""The commands: they read their words, let others do the work, and say how it ended.

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration (DESIGN.md section 9). What a command does not use is not imported.
"""

import asyncio
import json
import sys
from collections.abc import Coroutine
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from bot.config import Config

app = typer.Typer(name="buckstop", no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
db = typer.Typer(no_args_is_help=True, help="Look after the database.")
app.add_typer(db, name="db")
discords = typer.Typer(no_args_is_help=True, help="Look after the application in Discord.")
app.add_typer(discords, name="discord")
manifests = typer.Typer(no_args_is_help=True, help="Print what a platform has to know of the app.")
app.add_typer(manifests, name="manifest")

persons = typer.Typer(no_args_is_help=True, help="Look after what is known of people.")
app.add_typer(persons, name="person")

T = TypeVar("T")

DONE, FAILED, WRONG = 0, 1, 2
USUAL = Path("config.toml")
_LONGEST_WHY = 300


class Role(StrEnum):
    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    DISCORD = "discord"


class ClockKind(StrEnum):
    MANUAL = "manual"
    REAL = "real"
    FAST = "fast"


class TextFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    HTML = "html"


class TableFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


ConfigOption = Annotated[
    Path | None, typer.Option("--config", envvar="BUCKSTOP_CONFIG", help="The configuration; config.toml here if not given.")
]


def main() -> None:
    """Run the command line."""
    app()


@app.callback()
def _about() -> None:
    """Buckstop: every problem has a name on it and a next time."""


@app.command()
def run(config: ConfigOption = None, role: Annotated[Role, typer.Option(help="What this process does.")] = Role.ALL) -> None:
    """Run the bot until it is told to stop (Ctrl-C or SIGTERM finishes what is in flight)."""
    from bot.app import serve

    settings = _load(config)
    _wait_for(serve(settings, role.value))
    _leave()


@app.command()
def demo(
    config: ConfigOption = None,
    database: Annotated[
        Path | None, typer.Option("--db", help="Keep the cases in this file; a new one that is thrown away if not given.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0 picks a free one.")] = None,
    clock: Annotated[ClockKind, typer.Option(help="manual: it moves when you wind it. fast: five minutes a second.")] = ClockKind.MANUAL,
    start: Annotated[str | None, typer.Option(help="When the clock begins, ISO: 2026-03-02T09:00.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    history: Annotated[bool, typer.Option("--history", help="With a month of 400 cases behind it, and the digests of its days.")] = False,
    seed: Annotated[int, typer.Option(help="With --history: another number, another month.")] = 7,
    play: Annotated[bool, typer.Option("--play", help="Play one whole story and print it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --play: print JSON.")] = False,
) -> None:
    """Try Buckstop in a workspace of its own, with an example organisation and no token."""
    from bot import demonstration

    settings = _load_example(config)
    begins = _moment(start, settings.org.zone, "--start") if start else None
    if as_json and not play:
        _wrong("--json goes with --play")
    if history and play:
        _wrong("--history goes without --play")
    if play:
        fixed = _wait_for(demonstration.play(settings, database, begins, as_json=as_json))
        raise typer.Exit(DONE if fixed else FAILED)
    show = demonstration.Show(port=port, clock=clock.value, start=begins, browser=not no_browser, history=seed if history else None)
    _wait_for(demonstration.show(settings, database, show))


@app.command("check-config")
def check_config(
    file: Annotated[Path | None, typer.Argument(metavar="[F]")] = None,
    effect: Annotated[bool, typer.Option("--effect", help="Say what it would change for the live cases of its database.")] = False,
) -> None:
    """Name every fault of a configuration, each with its place and how to mend it."""
    from bot.operations import told_effect

    settings = _load(file)
    org = settings.org
    there = (
        f"{_counted(len(org.people), 'person', 'people')}, {_counted(len(org.services), 'service')}, {_counted(len(org.chains), 'chain')}"
    )
    print(f"{file or USUAL}: no faults: {there}.")
    if effect:
        print(_wait_for(told_effect(settings)))


@app.command()
def simulate(
    opened: Annotated[str, typer.Option(help="When the case is reported, ISO; without a zone, the organisation's.")],
    service: Annotated[str | None, typer.Option(help="A service's id.")] = None,
    chain: Annotated[str | None, typer.Option(help="A chain's id; with --owner.")] = None,
    owner: Annotated[str | None, typer.Option(help="A person's id; with --chain.")] = None,
    severity: Annotated[str | None, typer.Option(help="How bad it is.")] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say who would be told what and when if nobody ever answered."""
    from bot.handlers.foretelling import Unforeseeable, foretell, foretold_json
    from bot.wording.simulation import foretold_text

    settings = _load_example(config)
    at = _moment(opened, settings.org.zone, "--opened")
    try:
        events = foretell(settings.org, at, service=service, chain=chain, owner=owner, severity=severity)
    except Unforeseeable as why:
        _wrong(str(why))
    print(dumped([foretold_json(event) for event in events]) if as_json else foretold_text(events, settings.org, at))


@app.command()
def digest(
    channel: Annotated[str | None, typer.Option(help="Whose digest: local:leadership.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="The day it is for, 2026-03-04; today if not given.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="Of all days from this one on, instead.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="With --from: up to and with this one; today if not given.")] = None,
    service: Annotated[str | None, typer.Option(help="Of one service alone.")] = None,
    form: Annotated[TextFormat, typer.Option("--format")] = TextFormat.TEXT,
    config: ConfigOption = None,
) -> None:
    """Print the digest for a day, as it was sent; or computed, and not sent. With --from, of any days."""
    from bot.operations import Asked, compute_digest

    on, since, until = (_day(text, option) if text else None for text, option in ((day, "--date"), (first, "--from"), (last, "--to")))
    if on and (since or until):
        _wrong("--date goes without --from and --to")
    if until and not since:
        _wrong("--to goes with --from")
    if since and until and since > until:
        _wrong("--from is later than --to")
    settings = _load_example(config)
    print(_wait_for(compute_digest(settings, Asked(channel, on, since, until, service), form.value)))


@app.command()
def export(
    form: Annotated[TableFormat, typer.Option("--format")],
    people: Annotated[bool, typer.Option("--people", help="Name people, and write private cases too, without their texts.")] = False,
    config: ConfigOption = None,
) -> None:
    """Print every case: as CSV, a line a case; as JSON lines, with the whole timeline. People are named where a digest names them."""
    from bot.handlers.exporting import write_csv, write_jsonl
    from bot.operations import opened

    async def work(settings: "Config") -> int:
        async with opened(settings) as store:
            write = write_csv if form is TableFormat.CSV else write_jsonl
            named = people or any(plan.names == "people" for plan in settings.digests)
            return await write(store, sys.stdout, None if named else settings.org)

    left_out = _wait_for(work(_load_example(config)))
    if left_out:
        print(f"{_counted(left_out, 'private case')} left out; --people writes them too, without their texts.", file=sys.stderr)


@app.command()
def verify(
    config: ConfigOption = None,
    quick: Annotated[bool, typer.Option("--quick", help="Check the hash chains alone; do not rebuild the cases from them.")] = False,
    anchor: Annotated[
        list[str] | None, typer.Option(help='What stands after "Timelines:" in a digest that somebody kept; may be given several times.')
    ] = None,
) -> None:
    """Check every case's timeline: nothing changed, removed or added, and its facts add up to the case."""
    from bot.operations import verified
    from bot.store.printed import SHORTEST, read_printed

    printed = []
    for text in anchor or ():
        if (digits := read_printed(text)) is None:
            _wrong(f'--anchor: "{text}" is no anchor: it is the {SHORTEST} digits, 0 to 9 and a to f, after "Timelines:" in a digest')
        printed.append(digits)
    told = _wait_for(verified(_load_example(config), printed, fold=not quick))
    for line in (*told.faults, *told.anchors):
        print(line)
    counted = f"{_counted(told.cases, 'case')} with {_counted(told.facts, 'fact')}"
    if told.faults:
        print(f"{_counted(len(told.faults), 'fault')} in {counted}.", file=sys.stderr)
        raise typer.Exit(FAILED)
    print(f"{counted}: {'every timeline is whole' if quick else 'every timeline is whole, and adds up to its case'}.")


@app.command()
def pause(why: Annotated[str, typer.Option(help="What people who look will read.")], config: ConfigOption = None) -> None:
    """Stop everything that happens by itself: reminders, escalations, messages, digests. What people do still works."""
    from bot.operations import paused

    said = " ".join(why.split())
    if not said or len(said) > _LONGEST_WHY:
        _wrong(f"--why: say in up to {_LONGEST_WHY} letters why everything stops")
    print(_wait_for(paused(_load_example(config), said)))


@app.command()
def resume(config: ConfigOption = None) -> None:
    """Let everything go on after a pause. What was missed happens once."""
    from bot.operations import resumed

    print(_wait_for(resumed(_load_example(config))))


@db.command("upgrade")
def db_upgrade(config: ConfigOption = None) -> None:
    """Bring the database to this version of Buckstop; make it if there is none."""
    from bot.operations import upgraded

    print(_wait_for(upgraded(_load_example(config))))


@db.command("backup")
def db_backup(file: Annotated[Path, typer.Argument(metavar="F")], config: ConfigOption = None) -> None:
    """Write a copy of the database, also while the bot runs."""
    from bot.operations import backed_up

    print(_wait_for(backed_up(_load_example(config), file)))


@db.command("copy")
def db_copy(
    to: Annotated[str, typer.Option(metavar="URL", envvar="BUCKSTOP_COPY_TO", help="An empty database: postgresql://... or sqlite:///...")],
    config: ConfigOption = None,
) -> None:
    """Copy the whole database to another address: from SQLite to PostgreSQL, and back. Stop the bot first."""
    from bot.operations import copied

    print(_wait_for(copied(_load_example(config), to, print)))


@persons.command("forget")
def person_forget(
    person: Annotated[str, typer.Argument(metavar="P", help="Their id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this, only say what would be erased.")] = False,
    also: Annotated[list[str] | None, typer.Option(help="One more word that names them, a nickname for instance.")] = None,
    but: Annotated[list[str] | None, typer.Option("--except", help="A word that says something else too, and is not to be erased.")] = None,
    config: ConfigOption = None,
) -> None:
    """Erase a person: who they are, what they wrote, and what names them in others' words. What happened stays, and verifies."""
    from bot.operations import forgotten

    print(_wait_for(forgotten(_load_example(config), person, also or [], but or [], yes=yes)))
    if not yes:
        print("Nothing was done. To erase all of that: the same command with --yes", file=sys.stderr)


@app.command()
def doctor(config: ConfigOption = None) -> None:
    """Look whether all is well: configuration, database, tokens, scopes, channels, people. Say of each fault what to do about it."""
    import os

    from bot.config.environment import EnvironmentFaults
    from bot.doctor import examine

    settings = _load(config)
    try:
        faults = _wait_for(examine(settings, os.environ, print))
    except EnvironmentFaults as missing:
        for fault in missing.faults:
            print(fault, file=sys.stderr)
        raise typer.Exit(WRONG) from None
    raise typer.Exit(FAILED if faults else DONE)


@manifests.command("slack")
def manifest_slack(
    url: Annotated[str | None, typer.Option(help='With transport = "http": where Slack reaches the bot, https://bot.example.com.')] = None,
    workspace: Annotated[str | None, typer.Option(help="Which of several workspaces, by its id.")] = None,
    config: ConfigOption = None,
) -> None:
    """Print the manifest to paste into Slack: Create New App, From a manifest."""
    from bot.adapters.slack.manifest import NoManifest, manifest
    from bot.config import SlackPlan

    plan = _load_example(config).slack or SlackPlan(())
    try:
        print(dumped(manifest(plan, url, workspace)))
    except NoManifest as why:
        _wrong(str(why))
    if url and plan.transport == "socket":
        print('buckstop: slack.transport is "socket", which needs no address: --url is not in there', file=sys.stderr)


@manifests.command("discord")
def manifest_discord(
    application: Annotated[str | None, typer.Option(help="The application's id; the one of DISCORD_TOKEN if not given.")] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print the address that invites the bot into Discord, and the intents to switch on."""
    import os

    from bot.adapters.discord.manifest import manifest, manifest_text
    from bot.adapters.discord.tokens import TOKEN, application_of, is_id
    from bot.config import DiscordPlan

    if application is not None and not is_id(application):
        _wrong("--application: that is no application's id: it stands in the developer portal under General Information")
    own = application or application_of(os.environ.get(TOKEN, "").strip())
    if own is None:
        _wrong(f"which application? Set {TOKEN}, or give its id: --application 112233445566778899 (General Information in the portal)")
    plan = _load_example(config).discord or DiscordPlan(())
    print(dumped(manifest(plan, own)) if as_json else manifest_text(plan, own))


@discords.command("sync")
def discord_sync(
    guild: Annotated[int | None, typer.Option(metavar="ID", help="Only in this server, to try them; else everywhere.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="With --guild: take away what was registered there.")] = False,
) -> None:
    """Register the commands with Discord: once for each new version, not at each start."""
    import os

    from bot.adapters.discord.access import Unfit, access_of
    from bot.adapters.discord.tokens import is_id
    from bot.config.environment import EnvironmentFaults

    if guild is not None and not is_id(str(guild)):
        _wrong("--guild: that is no server's id: click its icon with the right button, Copy Server ID")
    if clear and guild is None:
        _wrong("--clear goes with --guild")
    try:
        access = access_of(os.environ)
    except EnvironmentFaults as missing:
        for fault in missing.faults:
            print(fault, file=sys.stderr)
        raise typer.Exit(WRONG) from None
    from bot.adapters.discord.sync import synced

    try:
        said = _wait_for(synced(access, guild, none=clear))
    except Unfit as why:
        print(f"buckstop: {why}", file=sys.stderr)
        raise typer.Exit(FAILED) from None
    for line in said:
        print(line)


def _load(path: Path | None) -> "Config":
    import os

    from bot.config import ConfigFaults, load

    try:
        return load(path or USUAL, os.environ)
    except ConfigFaults as faults:
        for fault in faults.faults:
            print(fault, file=sys.stderr)
        raise typer.Exit(WRONG) from None


def _load_example(path: Path | None) -> "Config":
    """Load a configuration; without one, the one here, and without that the example organisation."""
    from bot.config import example_path

    if path is None and not USUAL.exists():
        return _load(example_path())
    return _load(path)


def _wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Run something to its end; what a person can mend is one sentence, not a traceback."""
    from bot.app import Failure

    try:
        return asyncio.run(work)
    except Failure as failure:
        print(f"buckstop: {failure}", file=sys.stderr)
        raise typer.Exit(failure.code) from None
    except KeyboardInterrupt:
        raise typer.Exit(DONE) from None


def _leave() -> NoReturn:
    """End the process now: all that was open is closed, and to take the interpreter apart takes longer than everything before."""
    import os

    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(DONE)


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _moment(text: str, zone: str, option: str) -> datetime:
    from zoneinfo import ZoneInfo

    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        _wrong(f'{option}: "{text}" is no time; write it like 2026-03-02T09:00')
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))


def _day(text: str, option: str) -> date:
    from bot.handlers.spans import a_day

    try:
        return a_day(text)
    except ValueError:
        _wrong(f'{option}: "{text}" is no day; write it like 2026-03-04')


def _wrong(sentence: str) -> NoReturn:
    print(f"buckstop: {sentence}", file=sys.stderr)
    raise typer.Exit(WRONG)


def dumped(value: object) -> str:
    """Return JSON as a person may read it, with every character as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2)

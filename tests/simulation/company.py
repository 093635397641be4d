"""Who is there, and by which rules do they live? A company drawn from a number: its configuration as the bot reads it, and as plain values.

There are only some dozens of them, since reading a configuration costs more than a day of simulation; each may be changed while it runs.
"""

from dataclasses import dataclass
from functools import cache
from random import Random

from bot.config import Config, loads

KINDS = 24
ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
REPORTERS = ("rita", "tom", "uma")
OWNERS = ("ana", "ben", "dana", "emil")
BOSSES = ("bruno", "cleo")
EVERYBODY = (*REPORTERS, *OWNERS, *BOSSES, "ida")


@dataclass(frozen=True)
class Company:
    """What the judges may know of it, by themselves and not by the bot."""

    config: Config
    zone: str
    hours: tuple[int, int]  # minutes of the day between which they work, Monday to Friday
    same_hours: bool  # everybody's, in one zone
    digest_at: int  # hour
    channels: tuple[str, ...]  # that get a digest
    waits: tuple[tuple[float, float], ...]  # of each level of the standard chain: hours to answer, days to resolve


@cache
def company(kind: int, changed: int = 0) -> Company:
    """Return the company of a number; `changed` is how often its configuration has been edited."""
    dice = Random(f"company {kind} {changed}")
    steady = Random(f"company {kind}")
    zone = steady.choice(ZONES)
    begins, ends = steady.choice(((540, 1050), (480, 960), (600, 1080)))
    same = steady.random() < 0.6
    at = steady.randrange(6, 12)
    waits = tuple((dice.choice((0.5, 1, 2)), dice.choice((0.5, 1, 2))) for _ in range(3))
    text = "\n".join(
        (
            _organisation(zone, begins, ends),
            _people(dice, steady, same),
            _services(dice),
            _chains(dice, waits),
            _rules(dice, at),
        )
    )
    config = loads(text, f"company-{kind}.toml", {})
    return Company(config, zone, (begins, ends), same, at, ("local:leadership",), waits)


def _organisation(zone: str, begins: int, ends: int) -> str:
    hours = f"{begins // 60:02}:{begins % 60:02}-{ends // 60:02}:{ends % 60:02}"
    return (
        f'[organisation]\nname = "Northwind"\nzone = "{zone}"\nhours = "Mon-Fri {hours}"\nadmins = ["ida"]\nleaders = ["cleo"]\n'
        '[slack]\nworkspaces = ["T0000001"]'
    )


def _people(dice: Random, steady: Random, same: bool) -> str:
    above = {**dict.fromkeys(OWNERS, "bruno"), "bruno": "cleo"}
    parts = []
    for person in EVERYBODY:
        lines = ["[[people]]", f'id = "{person}"', f'name = "{person.capitalize()}"', f'team = "{_team(person)}"']
        if person in above:
            lines.append(f'manager = "{above[person]}"')
        if person in OWNERS and dice.random() < 0.4:
            lines.append(f'deputy = "{dice.choice([one for one in OWNERS if one != person])}"')
        if steady.random() < 0.5:
            lines.append(f'slack = "U000000{EVERYBODY.index(person)}"')
            lines.append(f'prefers = "{dice.choice(("slack", "local"))}"')
        if not same and steady.random() < 0.5:
            lines.append(f'zone = "{steady.choice(ZONES)}"')
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _team(person: str) -> str:
    return "care" if person in REPORTERS else "billing" if person in OWNERS[:2] else "metering" if person in OWNERS else "board"


def _services(dice: Random) -> str:
    rotation = '[rotations.desk]\npeople = ["ana", "ben"]\nhands_over = "Mon 09:00"'
    owners = ("desk" if dice.random() < 0.4 else "ana", dice.choice(("dana", "emil")))
    parts = [rotation]
    for service, owner, word in (("billing", owners[0], "bill"), ("metering", owners[1], "meter")):
        parts.append(
            f'[[services]]\nid = "{service}"\nname = "{service.capitalize()}"\nowner = "{owner}"\nteam = "{service}"\nchain = "standard"\n'
            f'budget = "{service}"\nkeywords = ["{word}"]\nchannel = "local:help"' + ("\ndefault = true" if service == "billing" else "")
        )
    return "\n".join(parts)


def _chains(dice: Random, waits: tuple[tuple[float, float], ...]) -> str:
    always = dice.random() < 0.3
    parts = [f'[chains.standard]\nclock = "{"always" if always else "working"}"']
    for to, (respond, resolve) in zip(("owner", "manager", "cleo"), waits, strict=True):
        days = f"{int(resolve * 24)}h" if resolve < 1 or always else f"{int(resolve)}d"
        parts.append(
            f'[[chains.standard.levels]]\nto = "{to}"\nrespond_within = "{int(respond * 60)}m"\nresolve_within = "{days}"\n'
            f'nag_every = "{dice.choice(("4h", "1d", "2d"))}"'
        )
    parts.append("[severities.low]\nstretch = 2\n[severities.normal]\ndefault = true\n[severities.critical]\nstretch = 0.25")
    return "\n".join(parts)


def _rules(dice: Random, at: int) -> str:
    return (
        f"[rules]\nchases_before_escalation = {dice.choice((2, 3))}\nhandovers_before_escalation = 3\n"
        f'waiting_at_most = "{dice.choice(("1d", "3d"))}"\nconfirm_within = "{dice.choice(("1d", "3d"))}"\n'
        f"nags_per_day = {dice.choice((3, 8))}\n"
        f'[[digests]]\nto = ["local:leadership"]\nat = "{at:02}:00"\ndays = "daily"\n'
        '[local]\nenabled = true\nchannels = ["help", "leadership"]\nreactions = ["ticket"]'
    )

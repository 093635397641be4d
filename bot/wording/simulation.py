"""What `simulate` prints: who would be told what and when, if nobody ever answered."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from bot.chat import Line
from bot.escalation.org import Org
from bot.escalation.simulate import Foretold
from bot.escalation.words import NagFor, SkipWhy, Why
from bot.wording.plain import in_full, people, plain, say, who
from bot.wording.reasons import OWED, WHY

_SKIPPED = {
    SkipWhy.AWAY: "{who} is away, and nobody else could answer there",
    SkipWhy.GONE: "{who} has left",
    SkipWhy.UNREACHABLE: "no message reaches {who}",
    SkipWhy.TRIED: "{who} has had it already",
    SkipWhy.NOBODY: "nobody is named there",
    SkipWhy.CIRCULAR: "the manager there, {who}, has had it already",
    SkipWhy.CONCERNED: "",
}


def foretold_text(events: Sequence[Foretold], org: Org, opened: datetime) -> str:
    """Return the whole table as text, one line an event, times in the organisation's zone."""
    lines = ["If nobody ever answered:"]
    for at, group in groupby(events, key=lambda event: event.at):
        lines += [in_full(at, org.zone), *(f"  {plain(sentence(event, org), org.zone, at)}" for event in group)]
    return "\n".join([*lines, "From then on the reminders go on at that pace, until the case is closed."])


def sentence(event: Foretold, org: Org) -> Line:
    """Return what one event is."""
    to, level = people(event.to, org) if event.to else ("nobody",), str(event.level)
    match event.kind:
        case "receipt":
            return say("level {n}: {to} is told that it is new, and the reporter that it is in", n=level, to=to)
        case "nag":
            be = "is" if len(event.to) == 1 else "are"
            return say("level {n}: {to} {be} reminded to {do}", n=level, to=to, be=be, do=OWED[NagFor(event.why)])
        case "escalation":
            return say("level {n}: it goes to {to}, because {why}", n=level, to=to, why=WHY[Why(event.why)])
        case "skip":
            return _skip(event, org, level)


def _skip(event: Foretold, org: Org, level: str) -> Line:
    template = _SKIPPED[SkipWhy(event.why)]
    if not template or ("{who}" in template and not event.to):
        return say("level {n} is skipped", n=level)
    why = say(template, who=who(event.to[0], org)) if "{who}" in template else (template,)
    return say("level {n} is skipped: {why}", n=level, why=why)

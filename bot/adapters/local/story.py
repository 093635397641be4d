"""The story that `demo --play` and the page's "Play the story" play: one case from the report to the digest.

Each step is one public call of the HTTP API with a sentence about why it happens. `{case}` is the case of the first report and
`{form}` the form that the previous answer opened; a step that presses a button means the newest message to that person which has
it. So the story has no way of its own into the engine, and whoever reads it can type it after it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.escalation.calendar import is_working
from bot.escalation.org import Org

Step = Mapping[str, Any]
_WEEKS_LOOKED_AT = 20


def quiet_monday(org: Org, day: datetime, *, ahead: bool) -> datetime:
    """Return nine o'clock, in the organisation's zone, on a Monday that begins three ordinary working days.

    The first one from `day` on with `ahead`, else the last one before it: with a holiday among the three, the story's waits would
    end at other times than its sentences say.
    """
    zone = ZoneInfo(org.zone)
    local = day.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    for weeks in range(_WEEKS_LOOKED_AT):
        at = datetime.combine(monday + timedelta(weeks=weeks if ahead else -weeks), time(9), zone)
        fits = at >= day if ahead else at <= day
        if fits and all(is_working(org.calendar_default, at + timedelta(days=days, hours=1)) for days in range(3)):
            return at.astimezone(UTC)
    return day.astimezone(UTC)


def _say(who: str, text: str, caption: str, channel: str | None = None) -> Step:
    return {"caption": caption, "call": "messages", "body": {"as": who, "channel": channel, "text": text}}


def _press(who: str, button: str, caption: str) -> Step:
    return {"caption": caption, "call": "actions", "body": {"as": who, "button": button}}


def _send(who: str, values: Mapping[str, str], caption: str) -> Step:
    return {"caption": caption, "call": "forms", "body": {"as": who, "form": "{form}", "values": dict(values)}}


def _wait(how_long: str, caption: str) -> Step:
    return {"caption": caption, "call": "clock", "body": {"advance": how_long}}


STORY: Sequence[Step] = (
    _say(
        "rita",
        "/case report billing: the meter was swapped in January and the bill says 9,000; asked 5 times",
        "Rita has asked five times about a customer's bill. This time she reports it, and it has an owner at once.",
        "help",
    ),
    _wait("20m", "Ana, who owns billing, sees the message twenty minutes later."),
    _press("ana", "ack", "Ana acknowledges. That stops the clock for an answer, not the one for a fix."),
    _wait("5h", "Nothing happens, so Buckstop reminds her."),
    _press("ana", "promise", "Ana wants to give a date."),
    _send("ana", {"until": "tomorrow 12:00"}, "She promises tomorrow noon. Until then the reminders stay quiet; the clock does not."),
    _wait("21h40m", "Noon comes and goes: the promise is broken, and the case goes up to Ana's manager, Bruno."),
    _say("rita", "/case chase {case}", "Rita asks again. It counts, and the owner hears it now."),
    _wait("3h", "Bruno does not answer either. The case goes to Cleo, the chief executive."),
    _press("cleo", "ack", "Cleo acknowledges."),
    _say(
        "cleo",
        "/case ask {case} what is the number of the new meter?",
        "Cleo asks the one question that nobody had asked. The clocks stand still until Rita answers.",
    ),
    _say("rita", "/case answer {case} MX-4471, it is on the photo I sent in February", "Rita answers."),
    _wait("30m", "Cleo has the reading corrected."),
    _press("cleo", "resolve", "Cleo says what was wrong, what was done, and what level 0 lacked."),
    _send(
        "cleo",
        {
            "explanation": "The old meter's last reading had been booked on the new one. Reading corrected, bill reissued: 214.30.",
            "cause": "process",
            "kind": "fix",
            "cost": "120",
            "budget": "operations",
            "lacked": "authority",
            "change": "Let billing correct a reading without the meter team's signature",
            "change_owner": "bruno",
        },
        "The first of two keys. Only the person who reported it can turn the second.",
    ),
    _press("rita", "confirm", "Rita confirms: it is fixed."),
    _wait("17h30m", "The next morning the digest tells leadership which case only got fixed because it was escalated."),
)


def steps(org: Org, now: datetime) -> list[Step]:
    """Return the story's steps from `now` on: it begins on a Monday at nine."""
    monday = quiet_monday(org, now, ahead=True)
    if monday == now:
        return list(STORY)
    to = monday.isoformat().replace("+00:00", "Z")
    return [{"caption": "The story begins on a Monday at nine.", "call": "clock", "body": {"to": to}}, *STORY]

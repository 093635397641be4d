"""What is said of planned changes: to those who are told before, to whoever announced one, and to whoever reports in its window."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.chat import Button, Line, Moment, Typed
from bot.escalation.announcing import Announcement
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.wording.plain import counted, in_full, say, shortened, who
from bot.wording.reasons import service_name

Occasion = Literal["new", "soon", "moved", "withdrawn"]
_LONGEST = 600  # of what is announced, in a message; the list has no more

_TOLD = {
    "new": "Announced: {service} will change from {start} to {end}: {words} ({by}, {name}.)",
    "soon": "Soon: {service} changes from {start} to {end}: {words} ({by}, {name}.)",
    "moved": "Moved: {service} will change from {start} to {end} instead: {words} ({by}, {name}.)",
    "withdrawn": "Called off: {service} will not change from {start} to {end}. It was to be: {words} ({by}, {name}.)",
}
_UNDER_WAY = "Under way: {service} changes until {end}, since {start}: {words} ({by}, {name}.)"


def told(announcement: Announcement, occasion: Occasion, org: Org, now: datetime) -> Line:
    """Return what the service's channel and the people with open cases of it are told."""
    under_way = occasion == "soon" and announcement.start <= now
    return say(
        _UNDER_WAY if under_way else _TOLD[occasion],
        service=service_name(announcement.service, org),
        start=Moment(announcement.start),
        end=Moment(announcement.end),
        words=shortened(announcement.text, _LONGEST),
        by=who(announcement.by, org),
        name=announcement.name,
    )


def said_back(announcement: Announcement, occasion: Occasion, people: int, by: PersonId, org: Org) -> tuple[Line, ...]:
    """Say back to whoever announced, moved or withdrew something what was understood, and who is told."""
    zone = org.calendar(by).zone
    span = {"start": in_full(announcement.start, zone), "end": in_full(announcement.end, zone)}
    does = {"new": "announces", "moved": "now announces"}
    first: Line = (
        say("{name} is withdrawn.", name=announcement.name)
        if occasion == "withdrawn"
        else say(
            "{name} {does} a change of {service} from {start} to {end}: {words}",
            name=announcement.name,
            does=does[occasion],
            service=service_name(announcement.service, org),
            words=Typed(announcement.text),
            **span,
        )
    )
    return first, _who_hears(announcement, people, zone, org)


def _who_hears(announcement: Announcement, people: int, zone: str, org: Org) -> Line:
    service = org.services.get(announcement.service)
    those = [f"{counted(people, 'person', 'people')} with open cases of the service"] if people else []
    channel = ["the service's channel"] if service is not None and service.channel else []
    at = in_full(announcement.remind_at, zone) if announcement.remind_at else None
    if not those and not channel:
        then = f"; whoever has one then is told on {at}" if at else ""
        return (f"Nobody else has an open case of the service{then}.",)
    hears = " and ".join([*those, *channel])
    return (f"{hears[0].upper()}{hears[1:]} will read it now{f', and again on {at}' if at else ''}.",)


def explains(announcement: Announcement, org: Org, now: datetime) -> Line:
    """Tell whoever reports something in its window what was announced."""
    tense = "was to change" if announcement.end <= now else "changes"
    return say(
        "This was announced: {service} {tense} from {start} to {end}: {words} ({name}). Your case is linked with it.",
        service=service_name(announcement.service, org),
        tense=tense,
        start=Moment(announcement.start),
        end=Moment(announcement.end),
        words=shortened(announcement.text, _LONGEST),
        name=announcement.name,
    )


def fell_into(announcement: Announcement) -> Line:
    """Say on a case which announced change it was opened in."""
    words = shortened(announcement.text, _LONGEST)
    start, end = Moment(announcement.start), Moment(announcement.end)
    return say(
        "Opened in the window of {name}, announced for {start} to {end}: {words}", name=announcement.name, start=start, end=end, words=words
    )


def listing(announcements: Sequence[Announcement], org: Org) -> tuple[Line, ...]:
    """Return what is announced, a line each."""
    if not announcements:
        return (("No change is announced. /case announce billing Friday 18:00 to Saturday 06:00: what will change, announces one.",),)
    return (f"{counted(len(announcements), 'change is', 'changes are')} announced.",), *(_row(one, org) for one in announcements)


def _row(announcement: Announcement, org: Org) -> Line:
    return say(
        "{name}: {service}, {start} to {end}: {words} ({by})",
        name=announcement.name,
        service=service_name(announcement.service, org),
        start=Moment(announcement.start),
        end=Moment(announcement.end),
        words=shortened(announcement.text),
        by=who(announcement.by, org),
    )


def buttons(announcements: Sequence[Announcement]) -> tuple[Button, ...]:
    """Return the buttons that move or withdraw these."""
    return tuple(
        button
        for one in announcements
        for button in (
            Button(f"announce-move-{one.id}-{one.version}", f"Move {one.name}"),
            Button(f"announce-off-{one.id}-{one.version}", f"Call {one.name} off", style="danger"),
        )
    )


# --- what is wrong with it -------------------------------------------------------------------------------------------------------


def unknown(name: str) -> Line:
    """No announcement is called so."""
    return say("There is no announcement {name}; /case announced lists them.", name=shortened(name, 40))


def stale(announcement: Announcement, org: Org) -> tuple[Line, ...]:
    """Answer a button or a form that speaks of it as it was before."""
    if announcement.withdrawn_at is not None:
        return (say("{name} was withdrawn on {at} meanwhile.", name=announcement.name, at=Moment(announcement.withdrawn_at)),)
    return (say("{name} has changed since then. This is how it stands now:", name=announcement.name), _row(announcement, org))


def has_begun(announcement: Announcement) -> Line:
    """Its start cannot be moved any more."""
    return say(
        "{name} began on {at}, so only its end can be moved: /case announce {name} until 18:00.",
        name=announcement.name,
        at=Moment(announcement.start),
    )


def answers_for_nothing() -> Line:
    """Whoever may announce nothing at all is told before they fill a form in."""
    return ("Changes are announced by a service's owner, by whoever its cases go up to, and by admins; tell one of them.",)


def over(announcement: Announcement, now: datetime) -> Line:
    """It cannot be changed any more."""
    if announcement.withdrawn_at is not None:
        return say("{name} was withdrawn on {at}; announce it anew.", name=announcement.name, at=Moment(announcement.withdrawn_at))
    return say("{name} ended on {at}; announce another one.", name=announcement.name, at=Moment(announcement.end))


def ends_before() -> Line:
    """The end is not after the start."""
    return ("That ends before it begins; write it like Friday 18:00 to Saturday 06:00.",)


def too_long(days: int) -> Line:
    """A change that takes too long to be one."""
    return (f"That is longer than {days} days; announce the parts of it that people notice.",)


def is_past() -> Line:
    """It would be over already."""
    return ("That is over already; announce what is still to come.",)

"""What is there to tell in a digest? Its sections in the order of DESIGN.md section 6, one item for each case or figure.

Everything that is drawn of a digest, as messages, as text or as a page, draws these. What the content has not is left out, so that a part
of a content is drawn as that part. Nobody is named unless the content itself names them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat import Button, Line, Moment, Typed
from bot.escalation.org import Org
from bot.escalation.words import CaseId, PersonId
from bot.wording.amounts import amount, days, hours
from bot.wording.plain import counted, listed, say, shortened, who
from bot.wording.reasons import service_name

Content = Mapping[str, Any]

MOST_NAMED = 10  # cases in one line; the others are counted


@dataclass(frozen=True, slots=True)
class Item:
    """One case, or one figure: what it is, what there is to say of it, and what can be pressed about it."""

    title: Line
    lines: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()
    names: tuple[str, ...] = ()  # "C-42" of a case; of a line all figures that it says: "promises_kept", "promises_broken"


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with its items."""

    name: str  # the key of the content
    heading: str
    items: tuple[Item, ...]


# --- what all of them say -----------------------------------------------------------------------------------------------------


def pressed(verb: str, label: str, entry: Content, case: str | None = None) -> Button:
    """Return a button about an entry's case, called after it: there are many of them in one message."""
    about = case or str(entry["case"])
    return Button(verb, f"{about}: {label}", CaseId(int(about.removeprefix("C-"))))


def title(entry: Content, org: Org) -> Line:
    """Say which case it is, what it is about, and whose."""
    # The team is told where the service does not tell it already.
    service, team = service_name(entry["service"], org), entry.get("team")
    of: Line = say("{service}, team {team}", service=service, team=Typed(team)) if team and team.lower() != _lower(service) else (service,)
    return say("{case}: {title} ({of})", case=entry["case"], title=shortened(entry["title"]), of=of)


def _lower(part: object) -> str:
    return part.text.lower() if isinstance(part, Typed) else str(part).lower()


def moment(written: str) -> Moment:
    """Return a time of the content."""
    return Moment(datetime.fromisoformat(written))


def some(cases: list[str]) -> Line:
    """Name cases; of many the first, and the number of the others."""
    if len(cases) <= MOST_NAMED:
        return listed(cases)
    return (f"{', '.join(cases[:MOST_NAMED])} and {len(cases) - MOST_NAMED} more",)


def said(*lines: Line) -> tuple[Line, ...]:
    """Return those lines that say something."""
    return tuple(line for line in lines if line)


# --- the escalated fixes --------------------------------------------------------------------------------------------------------


def fixed(entry: Content, org: Org) -> Item:
    """Tell of a case that was fixed only because it was escalated."""
    buttons = [pressed("show", "show", entry)]
    if entry.get("change_case"):
        buttons.append(pressed("show", "who owns this change", entry, entry["change_case"]))
    return Item(
        title(entry, org), said(_way_up(entry, org), effort(entry), lesson(entry), _change(entry)), tuple(buttons), (entry["case"],)
    )


def _way_up(entry: Content, org: Org) -> Line:
    by = who(PersonId(entry["fixed_by"]), org) if "fixed_by" in entry else None
    done: Line = say("{who} fixed it", who=by) if by else ("it was fixed",)
    below, after, level = days(entry["days_below"]), hours(entry["hours_after"]), str(entry["fixed_at_level"])
    return say("Waited {below} with its owner; at level {level} {fixed} within {after}.", below=below, level=level, fixed=done, after=after)


def effort(entry: Content) -> Line:
    """Say what a fix took: contacts, hand-overs, cost."""
    passed = f", {counted(entry['handovers'], 'hand-over')}" if entry["handovers"] else ""
    budget: Line = say(" (budget: {budget})", budget=shortened(entry["budget"])) if entry["cost"] and entry["budget"] else ()
    cost = f", a cost of {amount(entry['cost'])}" if entry["cost"] else ""
    return say(
        "It took {contacts}{passed}{cost}{budget}.", contacts=counted(entry["contacts"], "contact"), passed=passed, cost=cost, budget=budget
    )


def lesson(entry: Content) -> Line:
    """Say the cause, and what the level below lacked."""
    cause: Line = say("Cause: {cause}. ", cause=shortened(entry["cause"])) if entry["cause"] else ()
    lacked = entry["lacked"]
    lack = say("The level below lacked: {lacked}.", lacked=shortened(lacked)) if lacked else ("What the level below lacked was not said.",)
    return say("{cause}{lack}", cause=cause, lack=lack)


def _change(entry: Content) -> Line:
    if not entry.get("change"):
        return ()
    case: Line = (f" ({entry['change_case']})",) if entry.get("change_case") else ()
    return say("To change: {change}{case}", change=shortened(entry["change"]), case=case)


# --- what is stuck, declined, and comes back --------------------------------------------------------------------------------------


def stuck(entry: Content, org: Org) -> Item:
    """Tell of a case that is at the top and not fixed."""
    since = say(
        "Open for {days}, at the top since {top}. {counts}.",
        days=days(entry["days_open"]),
        top=moment(entry["at_top_since"]),
        counts=counts(entry),
    )
    waits: Line = ("A fix is proposed; the reporter has not confirmed it yet.",) if entry["status"] == "resolved" else ()
    return Item(title(entry, org), said(since, with_whom(entry, org), waits), (pressed("show", "show", entry),), (entry["case"],))


def with_whom(entry: Content, org: Org) -> Line:
    """Say whose it is: the people where the content names them, else the team."""
    if "owner" in entry and "accountable" in entry:
        owner, accountable = (who(PersonId(entry[key]), org) for key in ("owner", "accountable"))
        return say("Owner: {owner}; it has come to {accountable}.", owner=owner, accountable=accountable)
    if "owner" in entry:
        return say("Owner: {owner}.", owner=who(PersonId(entry["owner"]), org))
    return say("Its owner is in the team {team}.", team=Typed(entry["owner_team"])) if entry.get("owner_team") else ()


def counts(entry: Content) -> str:
    """Count what a case has cost its reporter so far."""
    parts = [counted(entry["contacts"], "contact")]
    parts += [counted(entry["handovers"], "hand-over")] if entry["handovers"] else []
    parts += [counted(entry["broken_promises"], "broken promise")] if entry["broken_promises"] else []
    return ", ".join(parts)


def declined(entry: Content, org: Org) -> Item:
    """Tell of a case that will not be fixed."""
    why = say("It will not be fixed: {why}", why=shortened(entry["why"]))
    return Item(title(entry, org), (why,), (pressed("show", "show", entry),), (entry["case"],))


def point(entry: Content, org: Org) -> Item:
    """Tell of a service and a cause that keep coming back."""
    service = service_name(entry["service"], org)
    cause: Line = say(", {cause}", cause=shortened(entry["cause"])) if entry["cause"] else (", cause not known yet",)
    cases = list(entry["cases"])
    return Item(say("{service}{cause}: {n} cases ({cases}).", service=service, cause=cause, n=str(len(cases)), cases=some(cases)))


def quiet(content: Content) -> bool:
    """Tell whether there is nothing to tell: no case needed escalating, none is stuck or declined, and nothing promised is late."""
    figures = content["figures"]
    told = (content["escalated_fixes"], content["stuck"], figures["declined"], *(content.get(name) for name in _NEWS), late(content))
    return not (any(told) or any(figures["private"].values()) or any(content.get("private", {}).values()))


_NEWS = ("debts", "corrections", "silent_sufferers", "routes", "unannounced")


def late(content: Content) -> list[Content]:
    """Return the changes that should have been made by now, and those that did not keep the next case away."""
    return [entry for entry in content.get("changes", ()) if entry["state"] in ("overdue", "came_back")]


def with_changes(content: Content) -> Content:
    """Return a content whose escalated fixes name the case of the change that came of each."""
    cases = {entry["from"]: entry["case"] for entry in reversed(content.get("changes", ())) if entry["from"]}
    if not cases:
        return content
    named = [entry | {"change_case": cases[entry["case"]]} if entry["case"] in cases else entry for entry in content["escalated_fixes"]]
    return {**content, "escalated_fixes": named}


def headline(content: Content) -> Line:
    """Say the whole in one sentence."""
    figures = content["figures"]
    fixes, needed = figures["fixes"], figures["escalated_fixes"]
    at_top = len(content["stuck"]) + figures["private"]["stuck"]
    if quiet(content):
        without = f" {counted(fixes, 'case was', 'cases were')} fixed without escalation." if fixes else ""
        return say(
            "No case needed escalating to be fixed since {since}, and none is stuck.{fixes}", since=moment(content["from"]), fixes=without
        )
    was = "it was" if needed == 1 else "they were"
    first = f"{counted(needed, 'case')} got fixed only because {was} escalated" if needed else "No case needed escalating to be fixed"
    return (f"{first}{f'; {at_top} {_are(at_top)} stuck at the top' if at_top else ''}.{_late(content)}",)


def topic(content: Content, org: Org) -> str:
    """Return what the thread of a digest is called: after the local day on which it was sent."""
    return f"Digest of {datetime.fromisoformat(content['to']).astimezone(ZoneInfo(org.zone)).date().isoformat()}"


def _late(content: Content) -> str:
    changes, debts = len(late(content)), sum(entry["state"] == "expired" for entry in content.get("debts", ()))
    overdue = [*([counted(changes, "change")] if changes else []), *([counted(debts, "workaround")] if debts else [])]
    return f" {' and '.join(overdue)} {_are(changes + debts)} overdue." if overdue else ""


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def anchor(content: Content) -> Iterator[Line]:
    """Say the hash over all timelines, if the digest was sent: kept by its readers, it shows whether a timeline was cut off later."""
    if "anchor" in content:
        yield (f"(Timelines: {content['anchor'][:_ANCHOR_SHOWN]})",)


_ANCHOR_SHOWN = 16  # characters: enough that nobody makes another timeline to fit it

"""What does leadership read each morning? The digest as a card, as plain text and as a page that needs nothing else.

All three say the same sentences, in the order of DESIGN.md section 6; only how they are set differs. Nobody is named unless the
digest itself names them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from bot.chat import Card, Line, Moment, Typed
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.wording.plain import counted, in_full, listed, plain, say, shortened, who
from bot.wording.reasons import service_name

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One case, or one figure: what it is, and what there is to say of it."""

    title: Line
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with its items."""

    heading: str
    items: tuple[Item, ...]


_ANCHOR_SHOWN = 16  # characters: enough that nobody makes another timeline to fit it


def card(content: Content, org: Org) -> Card:
    """Draw the digest as one message."""
    lines: list[Line] = []
    for section in sections(content, org):
        lines.append((f"{section.heading}:",))
        for item in section.items:
            lines += [item.title, *item.lines]
    anchor = _anchor(content)
    if not lines:  # one line, when there is nothing to tell
        return Card((*_headline(content), *((" ", *anchor) if anchor else ())))
    return Card(_headline(content), (*lines, *((anchor,) if anchor else ())))


def _anchor(content: Content) -> Line:
    """Say the hash over all timelines, if the digest was sent: kept by its readers, it shows whether a timeline was cut off later."""
    return (f"(Timelines: {content['anchor'][:_ANCHOR_SHOWN]})",) if "anchor" in content else ()


def text(content: Content, org: Org) -> str:
    """Say the digest as plain text."""
    said = _Said(org.zone, datetime.fromisoformat(content["to"]))
    if _is_quiet(content):
        return f"{said.day(org)}: {said(_headline(content))}"
    paragraphs = [f"{said.span(content, org)}\n{said(_headline(content))}"]
    for section in sections(content, org):
        items = ["\n".join([f"- {said(item.title)}", *(f"  {said(line)}" for line in item.lines)]) for item in section.items]
        paragraphs.append("\n".join([section.heading.upper(), *items]))
    return "\n\n".join(paragraphs)


def html(content: Content, org: Org) -> str:
    """Return the digest as a page that loads nothing from anywhere."""
    said = _Said(org.zone, datetime.fromisoformat(content["to"]))
    body = [f"<h1>{escape(said(_headline(content)))}</h1>", f"<p class='span'>{escape(said.span(content, org))}</p>"]
    for section in sections(content, org):
        body.append(f"<h2>{escape(section.heading)}</h2>")
        for item in section.items:
            lines = "".join(f"<p>{escape(said(line))}</p>" for line in item.lines)
            body.append(f"<article><h3>{escape(said(item.title))}</h3>{lines}</article>" if lines else f"<p>{escape(said(item.title))}</p>")
    return _PAGE.format(title=escape(f"Digest of {org.name}"), style=_STYLE, body="\n".join(body))


class _Said:
    """How a line reads to somebody in the organisation's zone at the time of the digest."""

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone, self._now = zone, now

    def __call__(self, line: Line) -> str:
        return plain(line, self._zone, self._now)

    def day(self, org: Org) -> str:
        """Say for whom and of when the digest is."""
        return f"{self((Typed(org.name),))}, {in_full(self._now, self._zone)}"

    def span(self, content: Content, org: Org) -> str:
        """Say for whom and for which time the digest is."""
        start, end = (in_full(datetime.fromisoformat(content[key]), self._zone) for key in ("from", "to"))
        return f"{self((Typed(org.name),))}, {start} to {end}"


def sections(content: Content, org: Org) -> Iterator[Section]:
    """Yield what there is to tell; nothing at all when no case needed escalating, none is stuck and none was declined."""
    if _is_quiet(content):
        return
    figures = content["figures"]
    told = (
        ("Fixed only because they were escalated", [_fixed(entry, org) for entry in content["escalated_fixes"]]),
        ("Stuck at the top", [_stuck(entry, org) for entry in content["stuck"]]),
        ("Declined", [_declined(entry, org) for entry in figures["declined"]]),
        ("Figures", [Item(line) for line in _figures(figures)]),
        ("Keeps coming back", [Item(_point(point, org)) for point in content["combustion_points"]]),
    )
    yield from (Section(heading, tuple(items)) for heading, items in told if items)


def _is_quiet(content: Content) -> bool:
    figures = content["figures"]
    return not (content["escalated_fixes"] or content["stuck"] or figures["declined"] or any(figures["private"].values()))


def _headline(content: Content) -> Line:
    figures = content["figures"]
    fixes, needed = figures["fixes"], figures["escalated_fixes"]
    stuck = len(content["stuck"]) + figures["private"]["stuck"]
    if _is_quiet(content):
        since = Moment(datetime.fromisoformat(content["from"]))
        return say("No case needed escalating to be fixed since {since}, and none is stuck.{fixes}", since=since, fixes=_below(fixes))
    was = "it was" if needed == 1 else "they were"
    first = f"{counted(needed, 'case')} got fixed only because {was} escalated" if needed else "No case needed escalating to be fixed"
    return (f"{first}; {stuck} {'is' if stuck == 1 else 'are'} stuck at the top." if stuck else f"{first}.",)


def _below(fixes: int) -> str:
    return f" {counted(fixes, 'case was', 'cases were')} fixed without escalation." if fixes else ""


def _title(entry: Content, org: Org) -> Line:
    # The team is told where the service does not tell it already.
    service, team = service_name(entry["service"], org), entry["team"]
    of: Line = say("{service}, team {team}", service=service, team=Typed(team)) if team and team.lower() != _lower(service) else (service,)
    return say("{case}: {title} ({of})", case=entry["case"], title=shortened(entry["title"]), of=of)


def _lower(part: object) -> str:
    return part.text.lower() if isinstance(part, Typed) else str(part).lower()


def _fixed(entry: Content, org: Org) -> Item:
    return Item(_title(entry, org), tuple(line for line in (_way_up(entry, org), _effort(entry), _lesson(entry), _change(entry)) if line))


def _way_up(entry: Content, org: Org) -> Line:
    by = who(PersonId(entry["fixed_by"]), org) if "fixed_by" in entry else None
    fixed: Line = say("{who} fixed it", who=by) if by else ("it was fixed",)
    below, after, level = days(entry["days_below"]), hours(entry["hours_after"]), str(entry["fixed_at_level"])
    return say(
        "Waited {below} with its owner; at level {level} {fixed} within {after}.", below=below, level=level, fixed=fixed, after=after
    )


def _effort(entry: Content) -> Line:
    passed = f", {counted(entry['handovers'], 'hand-over')}" if entry["handovers"] else ""
    budget: Line = say(" (budget: {budget})", budget=Typed(entry["budget"])) if entry["cost"] and entry["budget"] else ()
    cost = f", a cost of {amount(entry['cost'])}" if entry["cost"] else ""
    return say(
        "It took {contacts}{passed}{cost}{budget}.", contacts=counted(entry["contacts"], "contact"), passed=passed, cost=cost, budget=budget
    )


def _lesson(entry: Content) -> Line:
    cause: Line = say("Cause: {cause}. ", cause=shortened(entry["cause"])) if entry["cause"] else ()
    lacked = entry["lacked"]
    lack = say("The level below lacked: {lacked}.", lacked=shortened(lacked)) if lacked else ("What the level below lacked was not said.",)
    return say("{cause}{lack}", cause=cause, lack=lack)


def _change(entry: Content) -> Line:
    return say("To change: {change}", change=shortened(entry["change"])) if entry.get("change") else ()


def _stuck(entry: Content, org: Org) -> Item:
    since = say(
        "Open for {days}, at the top since {top}. {counts}.",
        days=days(entry["days_open"]),
        top=Moment(datetime.fromisoformat(entry["at_top_since"])),
        counts=_counts(entry),
    )
    with_whom: Line = ()
    if "owner" in entry:
        owner, accountable = (who(PersonId(entry[key]), org) for key in ("owner", "accountable"))
        with_whom = say("Owner: {owner}; it has come to {accountable}.", owner=owner, accountable=accountable)
    elif entry["owner_team"]:
        with_whom = say("Its owner is in the team {team}.", team=Typed(entry["owner_team"]))
    waits = ("A fix is proposed; the reporter has not confirmed it yet.",) if entry["status"] == "resolved" else ()
    return Item(_title(entry, org), tuple(line for line in (since, with_whom, waits) if line))


def _counts(entry: Content) -> str:
    parts = [counted(entry["contacts"], "contact")]
    parts += [counted(entry["handovers"], "hand-over")] if entry["handovers"] else []
    parts += [counted(entry["broken_promises"], "broken promise")] if entry["broken_promises"] else []
    return ", ".join(parts)


def _declined(entry: Content, org: Org) -> Item:
    return Item(_title(entry, org), (say("It will not be fixed: {why}", why=shortened(entry["why"])),))


def _figures(figures: Content) -> Iterator[Line]:
    fixes, needed, share = figures["fixes"], figures["escalated_fixes"], figures["share_escalated"]
    yield (f"Fixed and confirmed: {counted(fixes, 'case')}; needed escalation: {needed}{f' ({share:.0%})' if fixes else ''}.",)
    contacts = figures["contacts_per_resolution"]
    if contacts:
        yield (f"Contacts until a case was fixed: median {contacts['median']:g}, average {contacts['mean']:.1f}.",)
    yield from _times(figures["median_hours_below"], figures["median_hours_above"])
    if figures["unconfirmed"] or figures["self_confirmed"]:
        yield (f"Closed because nobody confirmed: {figures['unconfirmed']}; confirmed by who fixed it: {figures['self_confirmed']}.",)
    if figures["promises_kept"] or figures["promises_broken"]:
        yield (f"Promises: {figures['promises_kept']} kept, {figures['promises_broken']} broken.",)
    if figures["handover_loops"]:
        yield (f"Passed round in a loop: {counted(figures['handover_loops'], 'time')}.",)
    if figures["cost_by_budget"]:
        parts = [(Typed(budget) if budget else "no budget named", cost) for budget, cost in figures["cost_by_budget"].items()]
        yield say("Cost by budget: {costs}.", costs=_costs(parts))
    private = figures["private"]
    if any(private.values()):
        kinds = {"escalated_fixes": "fixed only after escalation", "stuck": "stuck at the top"}
        yield (f"Private cases, only counted: {', '.join(f'{private[key]} {words}' for key, words in kinds.items() if private[key])}.",)


def _costs(parts: list[tuple[Typed | str, float]]) -> Line:
    line: list[Any] = []
    for n, (budget, cost) in enumerate(parts):
        line += [", " if n else "", budget, f" {amount(cost)}"]
    return tuple(line)


def _times(below: float | None, above: float | None) -> Iterator[Line]:
    if below is not None and above is not None:
        yield (f"From report to fix, median: {hours(below)} where no escalation was needed, {hours(above)} where it was.",)
    elif above is not None:
        yield (f"From report to fix, median: {hours(above)}, all of them escalated.",)
    elif below is not None:
        yield (f"From report to fix, median: {hours(below)}, none of them escalated.",)


def _point(point: Content, org: Org) -> Line:
    service = service_name(point["service"], org)
    cause: Line = say(", {cause}", cause=shortened(point["cause"])) if point["cause"] else (", cause not known yet",)
    cases = point["cases"]
    return say("{service}{cause}: {n} cases ({cases}).", service=service, cause=cause, n=str(len(cases)), cases=listed(cases))


def days(count: float) -> str:
    """Say a number of days as people do: "2.3 days", below one "5 hours"."""
    tenths = round(count, 1)
    if count < 1:
        return hours(count * 24)
    return counted(int(tenths), "day") if tenths == int(tenths) else f"{tenths} days"


def hours(count: float) -> str:
    """Say a number of hours as people do: "20 minutes", "3 hours", from two days on "2.3 days"."""
    if count >= 48:
        return days(count / 24)
    if count < 1:
        return counted(max(round(count * 60), 1), "minute")
    return counted(round(count), "hour")


def amount(cost: float) -> str:
    """Say an amount of money; the budget knows its currency."""
    return f"{cost:,}" if isinstance(cost, int) else f"{cost:,.2f}"


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5b6472; --line: #d8dde6; --ground: #ffffff; --mark: #b3401e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ef; --soft: #a3acba; --line: #353c49; --ground: #14181f; --mark: #ff9b73; }
}
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1rem; margin: 2.25rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: 0 0 .25rem; }
.span { color: var(--soft); }
article { border-left: 3px solid var(--mark); padding-left: .875rem; margin: 1rem 0; }
@media print { article { break-inside: avoid; } }
"""

"""What does a leader read who has two minutes? The whole in a sentence, the worst, what is stuck, the figures, what is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.chat import Button, Card, Line
from bot.escalation.org import Org
from bot.wording.amounts import amount, days, hours
from bot.wording.chart import chart
from bot.wording.digest_behind import HINT
from bot.wording.digest_items import Content, anchor, counts, headline, late, moment, pressed, quiet, some, topic, with_changes, with_whom
from bot.wording.digest_lasting import waiting
from bot.wording.digest_parts import ROOM, length, once
from bot.wording.digest_sections import parts_of
from bot.wording.plain import counted, say, shortened
from bot.wording.reasons import service_name

_WORST, _STUCK = 5, 3  # cases that are told here; the others are counted
_TITLE, _WORDS = 100, 60  # letters of what people typed


def summary(content: Content, org: Org) -> Card:
    """Draw the first message of a digest; a single line when there is nothing to tell."""
    content = with_changes(content)
    if quiet(content):
        return Card((*headline(content), *(part for line in anchor(content) for part in (" ", *line))), topic=topic(content, org))
    worst, stuck = _WORST, _STUCK
    lines, heads = _lines(content, org, worst, stuck)
    while sum(map(length, lines)) > ROOM and worst > 1:
        worst, stuck = worst - 1, max(1, stuck - 1)
        lines, heads = _lines(content, org, worst, stuck)
    buttons = once(_buttons(content, worst, stuck))
    return Card(headline(content), tuple(lines), buttons, heads=frozenset(heads), chart=chart(content, org.zone), topic=topic(content, org))


def _lines(content: Content, org: Org, worst: int, stuck: int) -> tuple[list[Line], set[int]]:
    lines: list[Line] = [say("From {start} to {end}.", start=moment(content["from"]), end=moment(content["to"]))]
    heads: set[int] = set()
    parts = (
        ("The worst of them" if len(content["escalated_fixes"]) > 1 else "Fixed after escalation", list(_worst(content, org, worst))),
        ("Stuck at the top", list(_stuck(content, org, stuck))),
        ("Figures", [(item.title,) for section in parts_of(content, org, ("figures",)) for item in section.items]),
        ("Asked of you", [(line,) for line in asked(content)]),
    )
    for heading, items in parts:
        if items:
            lines.append((f"{heading}:",))
        for title, *rest in items:
            heads |= {len(lines)} if rest else set()
            lines += [title, *rest]
    return [*lines, *_thread(content), HINT, *anchor(content)], heads


def _worst(content: Content, org: Org, most: int) -> Iterator[tuple[Line, ...]]:
    for entry in content["escalated_fixes"][:most]:
        cost = f", cost {amount(entry['cost'])}" if entry["cost"] else ""
        budget: Line = say(" (budget: {name})", name=shortened(entry["budget"], _WORDS)) if entry["cost"] and entry["budget"] else ()
        lacked = say(" Lacked: {what}.", what=shortened(entry["lacked"], _WORDS)) if entry["lacked"] else ()
        yield (
            _title(content, entry, org),
            say(
                "Waited {below}, then fixed at level {level} within {after}; {contacts}{cost}{budget}.{lacked}",
                below=days(entry["days_below"]),
                level=str(entry["fixed_at_level"]),
                after=hours(entry["hours_after"]),
                contacts=counted(entry["contacts"], "contact"),
                cost=cost,
                budget=budget,
                lacked=lacked,
            ),
        )
    yield from _more(len(content["escalated_fixes"]) - most, content)


def _stuck(content: Content, org: Org, most: int) -> Iterator[tuple[Line, ...]]:
    for entry in content["stuck"][:most]:
        whose = with_whom(entry, org)
        line = say(
            "Open for {days}; {counts}.{whose}", days=days(entry["days_open"]), counts=counts(entry), whose=(" ", *whose) if whose else ()
        )
        yield _title(content, entry, org), line
    yield from _more(len(content["stuck"]) - most, content)


def _title(content: Content, entry: Content, org: Org) -> Line:
    return say(
        "{case}: {title} ({of})", case=entry["case"], title=shortened(entry["title"], _TITLE), of=service_name(entry["service"], org)
    )


def _more(count: int, content: Content) -> Iterator[tuple[Line, ...]]:
    if count > 0:
        yield ((f"And {counted(count, 'more', 'more')}, in the {'next part' if content.get('asked') else 'thread'}.",),)


def _thread(content: Content) -> Iterator[Line]:
    if content.get("of", 1) > 1 and not content.get("asked"):
        yield (f"Everything in full is in the thread: {counted(content['of'] - 1, 'message')}.",)


# --- what is asked of whoever reads it -----------------------------------------------------------------------------------------------


def asked(content: Content) -> Iterator[Line]:
    """Yield what only those who lead can do about it."""
    stuck = [entry["case"] for entry in content["stuck"]]
    if stuck:
        yield say("Decide what becomes of what is stuck: {cases}.", cases=some(stuck))
    # Of several fixes one may help the same case: it is named once.
    silent = list(dict.fromkeys(case for entry in content.get("silent_sufferers", ()) for case in waiting(entry)))
    if silent:
        yield say("Offer the same remedy to those who did not shout: {cases}.", cases=some(silent))
    overdue = [entry["case"] for entry in late(content)]
    if overdue:
        yield say("See to the changes that are overdue, or did not help: {cases}.", cases=some(overdue))
    expired = [entry["case"] for entry in content.get("debts", ()) if entry["state"] == "expired"]
    if expired:
        yield say("Have the expired workarounds put right: {cases}.", cases=some(expired))
    unsaid = [entry["case"] for entry in content["escalated_fixes"] if not entry["lacked"]]
    if unsaid:
        yield say("Ask what level 0 lacked; nobody has said it of {cases}.", cases=some(unsaid))


def _buttons(content: Content, worst: int, stuck: int) -> Sequence[Button]:
    entries = [*content["escalated_fixes"][:worst], *content["stuck"][:stuck]]
    shown = [pressed("show", "show", entry) for entry in entries]
    owned = [pressed("show", "who owns this change", entry) for entry in late(content)[:_STUCK]]
    offers = [
        replace(pressed("remedies", "offer the same remedy", e), style="primary")
        for e in content.get("silent_sufferers", ())[:_STUCK]
        if waiting(e)
    ]
    return [*offers, *shown, *owned]

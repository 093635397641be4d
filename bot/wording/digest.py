"""What does leadership read each morning? The digest as messages, as one card, as plain text, and as a page that needs nothing else.

All of them say the same sentences (digest_sections.py), in the order of DESIGN.md section 6; only how they are set differs. Nobody is named
unless the digest itself names them.
"""

from dataclasses import replace
from datetime import datetime

from bot.chat import Card, Line
from bot.escalation.org import Org
from bot.wording.amounts import amount, days, hours
from bot.wording.digest_items import Content, anchor, headline, quiet
from bot.wording.digest_page import html
from bot.wording.digest_parts import ROOM, details, length, split
from bot.wording.digest_said import Said
from bot.wording.digest_sections import sections
from bot.wording.digest_summary import summary

__all__ = ["amount", "card", "days", "hours", "html", "message", "parts", "split", "text"]


def message(body: Content, org: Org) -> Card:
    """Draw one message of a digest, as `split` cut it: the summary, or one of its thread. A content that was never cut is one message."""
    match body.get("part"):
        case None:
            return card(body, org)
        case 1:
            return summary(body, org)
        case _:
            return details(body, org)


def parts(content: Content, org: Org) -> list[Card]:
    """Draw a digest for whoever asked for it: all of it if one message holds that, else as many as a channel gets, the summary first."""
    whole = card(content, org)
    if sum(map(length, whole.lines)) <= ROOM:
        return [replace(whole, buttons=summary(content, org).buttons)]
    drawn = [message({**part, "asked": True}, org) for part in split(content, org)]
    return [_numbered(each, number, len(drawn)) for number, each in enumerate(drawn, start=1)]


def _numbered(part: Card, number: int, of: int) -> Card:
    following = f" The same again with `part {number + 1}` at its end shows what follows." if number < of else ""
    return replace(part, lines=(*part.lines, (f"This is part {number} of {of}.{following}",)))


def card(content: Content, org: Org) -> Card:
    """Draw the whole digest as one message: for whoever asked, and for what an older version had queued."""
    lines: list[Line] = []
    heads: set[int] = set()
    for section in sections(content, org):
        lines.append((f"{section.heading}:",))
        for item in section.items:
            heads |= {len(lines)} if item.lines else set()
            lines += [item.title, *item.lines]
    if not lines:  # one line, when there is nothing to tell
        return summary(content, org)
    return Card(headline(content), (*lines, *anchor(content)), heads=frozenset(heads))


def text(content: Content, org: Org) -> str:
    """Say the digest as plain text."""
    said = Said(org.zone, datetime.fromisoformat(content["to"]))
    if quiet(content):
        return f"{said.day(org)}: {said(headline(content))}"
    paragraphs = [f"{said.span(content, org)}\n{said(headline(content))}"]
    for section in sections(content, org):
        items = ["\n".join([f"- {said(item.title)}", *(f"  {said(line)}" for line in item.lines)]) for item in section.items]
        paragraphs.append("\n".join([section.heading.upper(), *items]))
    return "\n\n".join(paragraphs)

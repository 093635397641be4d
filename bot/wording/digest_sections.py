"""In which order is a digest told, and under which headings?"""

from collections.abc import Iterator, Sequence

from bot.escalation.org import Org
from bot.wording.digest_figures import causes, figures, more, private
from bot.wording.digest_items import Content, Item, Section, declined, fixed, point, quiet, stuck, with_changes
from bot.wording.digest_lasting import change, correction, debt, disagreement, route, sufferer, unannounced

HEADINGS = {
    "escalated_fixes": "Fixed only because they were escalated",
    "stuck": "Stuck at the top",
    "declined": "Declined",
    "figures": "Figures",
    "more": "More figures",
    "causes": "What it cost, by cause",
    "disagreements": "Where speed and outcome disagree",
    "combustion_points": "Keeps coming back",
    "changes": "Changes",
    "debts": "Workarounds to put right",
    "silent_sufferers": "Same cause, and nobody shouted",
    "routes": "Contact routes that are down",
    "unannounced": "Changes that nobody announced",
    "corrections": "Corrections to earlier digests",
}
_DRAWN = {
    "escalated_fixes": fixed,
    "stuck": stuck,
    "combustion_points": point,
    "disagreements": disagreement,
    "changes": change,
    "debts": debt,
    "silent_sufferers": sufferer,
    "routes": route,
    "unannounced": unannounced,
    "corrections": correction,
}


def sections(content: Content, org: Org) -> Iterator[Section]:
    """Yield what there is to tell; nothing at all when no case needed escalating, none is stuck and none was declined."""
    if not quiet(content):
        yield from parts_of(with_changes(content), org, tuple(HEADINGS))


def parts_of(content: Content, org: Org, names: Sequence[str]) -> Iterator[Section]:
    """Yield those of these sections that a content has, or a part of one."""
    for name in names:
        if items := tuple(_items(name, content, org)):
            yield Section(name, HEADINGS[name], items)


def _items(name: str, content: Content, org: Org) -> Iterator[Item]:
    told, trends = content.get("figures", {}), content.get("trends", {})
    match name:
        case "figures":
            yield from figures(told, trends)
            yield from private(told, content)
        case "more":
            yield from more(told, trends, org)
        case "causes":
            yield from causes(told, org)
        case "declined":
            yield from (declined(entry, org) for entry in told.get("declined", ()))
        case _:
            yield from (_DRAWN[name](entry, org) for entry in content.get(name, ()))

"""Show what there is: one case with its timeline, all cases, one's own, the help. Nothing is written."""

from dataclasses import replace

from bot.chat import Reply
from bot.escalation.case import Case
from bot.escalation.words import CaseId, Kind, Outcome
from bot.handlers.announcing import show_announced, shown
from bot.handlers.finding import may_see, number_meant, seen, theirs
from bot.handlers.names import nearest, people_by_name, person_named, service_named, services_by_name
from bot.handlers.parse import case_named, verb_named
from bot.handlers.routes import show_routes
from bot.handlers.turn import Scene
from bot.handlers.understanding import Wish
from bot.ports import Where
from bot.wording import faults, replies
from bot.wording.announcing import fell_into
from bot.wording.buttons import for_lacking

LOOKS = frozenset({"show", "list", "mine", "help", "routes", "announced"})
MOST_LISTED = 1000
_HOW_IT_STANDS = 3  # lines
MOST_SHOWN = 50


async def look(scene: Scene, wish: Wish) -> Reply:
    """Answer a question that changes nothing."""
    match wish.verb:
        case "show":
            return await _show(scene, wish)
        case "list":
            return await _list(scene, wish.words)
        case "routes":
            return await show_routes(scene)
        case "announced":
            return await show_announced(scene)
        case "mine":
            return _listing("Yours", await theirs(scene), scene)
        case _:
            return Reply(lines=replies.help_lines(verb_named(wish.words) or ""))


async def _show(scene: Scene, wish: Wish) -> Reply:
    number: CaseId | Reply | None = wish.case or case_named(wish.words)
    if number is None and wish.words:
        return Reply(lines=(replies.unknown_case(f"“{wish.words}”"),), refused=True)
    if number is None:
        number = await number_meant(scene, "show")
    if isinstance(number, Reply):
        return number
    case = seen(scene, number, await scene.reading.case(number))
    if isinstance(case, Reply):
        return case
    facts = await scene.reading.timeline(case.id)
    lines = replies.show(await _leaning(scene, case), facts, scene.org, scene.now)
    planned = await shown(scene, case.announced)
    # Right under how it stands: it may be all that there is to know.
    first, rest = lines[:_HOW_IT_STANDS], lines[_HOW_IT_STANDS:]
    asked = for_lacking(case, scene.org, scene.by, scene.now)
    return Reply(lines=(*first, *((fell_into(planned),) if planned else ()), *rest), case=case.id, buttons=asked)


async def _leaning(scene: Scene, case: Case) -> Case:
    """Return a debt with those cases only that still lean on it: not what was withdrawn, nor what goes on as another one."""
    if case.kind is not Kind.DEBT:
        return case
    found = [await scene.reading.case(number) for number in case.linked[-MOST_SHOWN:]]
    gone = {other.id for other in found if other is not None and other.outcome in (Outcome.WITHDRAWN, Outcome.DUPLICATE)}
    return replace(case, linked=tuple(number for number in case.linked if number not in gone))


async def _list(scene: Scene, words: str) -> Reply:
    """List the live cases: all, of a service, of a person, or the closed ones."""
    if words.lower() in ("mine", "my"):
        return _listing("Yours", await theirs(scene), scene)
    if words.lower() == "closed":
        return _listing("Closed", await scene.reading.cases(Where(live=False, limit=MOST_LISTED)), scene)
    service, owner = service_named(words, scene.org), person_named(words, scene.org, scene.by)
    if service is not None:
        named = scene.org.services[service].name
        return _listing(f"Open: {named}", await scene.reading.cases(Where(live=True, service=service, limit=MOST_LISTED)), scene)
    if owner is not None:
        found = await scene.reading.cases(Where(live=True, owner=owner, limit=MOST_LISTED))
        return _listing(f"Owned by {scene.org.name_of(owner)}", found, scene)
    if words.lower() not in ("", "all", "open"):
        known = [*people_by_name(scene.org), *services_by_name(scene.org)]
        return Reply(lines=(faults.unknown_desk(words, nearest(words, known)),), refused=True)
    return _listing("Open", await scene.reading.cases(Where(live=True, limit=MOST_LISTED)), scene)


def _listing(title: str, cases: list[Case], scene: Scene) -> Reply:
    visible = [case for case in cases if may_see(case, scene.by, scene.org, scene.now)]
    if len(visible) > MOST_SHOWN:
        title = f"{title}, the newest {MOST_SHOWN} of {len(visible)}"
    return Reply(lines=replies.listing(title, visible[:MOST_SHOWN], scene.org, scene.now))

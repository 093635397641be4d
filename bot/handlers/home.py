"""Whose move is it? A person's own cases, sorted by what they have to do with them."""

from dataclasses import replace

from bot.chat import Home
from bot.escalation.case import Case
from bot.escalation.pace import who_owes
from bot.escalation.roles import acts_for, holds_key, is_accountable
from bot.handlers.finding import theirs
from bot.handlers.routes import standing_routes
from bot.handlers.turn import Scene
from bot.wording.home import home
from bot.wording.routes import home_section


async def home_of(scene: Scene) -> Home:
    """Return what waits for whoever looks, what they reported, and what has come up to them; each case stands once."""
    cases = await theirs(scene)
    yours = [case for case in cases if _moves(scene, case)]
    reported = [case for case in cases if case not in yours and holds_key(scene.by, case)]
    above = [case for case in cases if case not in (*yours, *reported) and _has_come_up(scene, case)]
    found = home(_soonest(yours), _soonest(reported), _soonest(above), scene.org, scene.by, scene.now)
    routes = await standing_routes(scene)
    return replace(found, sections=(*found.sections, home_section(routes, scene.org, scene.now))) if routes else found


def _moves(scene: Scene, case: Case) -> bool:
    asked = (case.offer.to,) if case.offer else ()
    return any(acts_for(scene.by, person, scene.org, scene.now) for person in (*who_owes(case, scene.now)[0], *asked))


def _has_come_up(scene: Scene, case: Case) -> bool:
    return case.level > 0 and is_accountable(scene.by, case, scene.org, scene.now)


def _soonest(cases: list[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: (case.due is None, case.due, case.id))

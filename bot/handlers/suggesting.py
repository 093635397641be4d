"""What could somebody mean who has begun to type a case, a service or a person?

Nothing is written, and nothing is named that they may not see.
"""

from collections.abc import Iterable
from typing import Literal

from bot.chat import Option
from bot.escalation.case import Case
from bot.escalation.words import case_name
from bot.handlers.finding import candidates, fits, may_see
from bot.handlers.parse import case_named
from bot.handlers.turn import Scene
from bot.wording.plain import shortened

Kind = Literal["case", "service", "person", "severity"]
LONGEST = 100  # characters of what is shown; no platform takes more


async def suggestions(scene: Scene, kind: Kind, verb: str, typed: str, most: int) -> tuple[Option, ...]:
    """Return what may be meant, the likeliest first.

    Args:
        scene: who types, and what there is.
        kind: what is being typed.
        verb: what it is for: cases for which they may do it come first.
        typed: what is there of it.
        most: how many may be shown.
    """
    match kind:
        case "case":
            return tuple(await _cases(scene, verb, typed))[:most]
        case "service":
            return _fitting(((service.id, service.name) for service in scene.org.services.values()), typed)[:most]
        case "person":
            # Newcomers own nothing yet, so that nothing can be handed over to them.
            named = ((person.id, person.name) for person in scene.org.people.values() if not person.gone and "." not in person.id)
            return _fitting(named, typed)[:most]
        case "severity":
            return _fitting(((severity, severity.replace("_", " ").capitalize()) for severity in scene.org.severities), typed)[:most]


async def _cases(scene: Scene, verb: str, typed: str) -> list[Option]:
    found = await candidates(scene, verb)
    number = case_named(typed.strip())
    if number is not None and number not in [case.id for case in found]:
        other = await scene.reading.case(number)
        found += [other] if other is not None and may_see(other, scene.by, scene.org, scene.now) else []
    wanted = typed.strip().casefold()
    shown = [case for case in found if not wanted or case.id == number or wanted in f"{case_name(case.id)} {case.title}".casefold()]
    shown.sort(key=lambda case: (case.id != number, not fits(verb, case, scene.by, scene.org, scene.now), -case.id))
    return [_option(case) for case in shown]


def _option(case: Case) -> Option:
    return Option(case_name(case.id), shortened(f"{case_name(case.id)}: {case.title}", LONGEST).text)


def _fitting(named: Iterable[tuple[str, str]], typed: str) -> tuple[Option, ...]:
    wanted = typed.strip().casefold()
    found = [Option(one, shortened(name, LONGEST).text) for one, name in named if wanted in f"{one} {name}".casefold()]
    return tuple(sorted(found, key=lambda option: (not option.label.casefold().startswith(wanted), option.label.casefold())))

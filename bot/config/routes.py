"""Can the contact routes that the file names be reached by somebody, and looked at by a probe?"""

import re

from bot.config import shapes
from bot.config.faults import shown
from bot.config.reading import Sheet
from bot.config.web_addresses import Unfit, is_public, literal, means_inside, web_address
from bot.escalation.org import Route
from bot.escalation.words import PersonId, RotationId, RouteId, ServiceId

_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{1,30}")
_CURE = {
    "mail": 'write one such as "help@example.org"',
    "phone": 'write its digits, such as "+44 20 7946 0000"',
    "web": 'write one such as "https://example.org/contact"',
}


def check(sheet: Sheet) -> None:
    """Tell every fault of the routes."""
    names: dict[str, str] = {}
    for place, route in sheet.each(shapes.Route):
        first = names.setdefault(route.name.casefold(), place)
        if first != place:
            sheet.faults.add(f"{place}.name", f"{shown(route.name)} is the name of {first} already; people report routes by their names")
        if "probe_every" in route.model_fields_set and route.kind != "web" and route.probe_every is not None:
            sheet.faults.add(f"{place}.probe_every", f'only kind = "web" is looked at, and this is "{route.kind}"; leave it out')
        wrong = _wrong(route)
        if wrong is not None:
            sheet.faults.add(f"{place}.address", wrong)


def _wrong(route: shapes.Route) -> str | None:
    match route.kind:
        case "mail" if not _MAIL.fullmatch(route.address):
            return f"{shown(route.address)} is no e-mail address; {_CURE['mail']}"
        case "phone" if not _PHONE.fullmatch(route.address):
            return f"{shown(route.address)} is no phone number; {_CURE['phone']}"
        case "web":
            return _wrong_on_the_web(route)
        case _:
            return None


def _wrong_on_the_web(route: shapes.Route) -> str | None:
    try:
        host = web_address(route.address, ("https",) if route.probe_every is not None else ("https", "http")).raw_host or ""
    except Unfit as unfit:
        never = '; where nothing is to look at it, write probe_every = "never"' if "https" in str(unfit) else ""
        return f"{shown(route.address)} {unfit}; {_CURE['web']}{never}"
    alone = literal(host)
    if route.probe_every is not None and (means_inside(host) or (alone is not None and not is_public(alone))):
        return f'{shown(route.address)} is inside a network, where nothing is looked at; write probe_every = "never"'
    return None


def route_of(sheet: Sheet, route: shapes.Route) -> Route:
    """Return a route as the core knows it: left out, its owner is the service's."""
    owner = route.owner or next(service.owner for _, service in sheet.each(shapes.Service) if service.id == route.service)
    whose = RotationId(owner) if owner in sheet.ids["rotations"] else PersonId(owner)
    every = route.probe_every if route.kind == "web" else None
    return Route(RouteId(route.id), route.name, route.kind, route.address, whose, ServiceId(route.service), every)  # type: ignore[arg-type]

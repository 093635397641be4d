"""Make the organisation, as the core knows it, of a sheet without faults."""

from datetime import timedelta
from fractions import Fraction

from bot.config import discord, shapes, slack
from bot.config.chains import chain_of
from bot.config.names import in_full
from bot.config.people import moments, zone_of
from bot.config.reading import Sheet
from bot.config.routes import route_of
from bot.escalation.calendar import Calendar
from bot.escalation.org import Absence, Chain, Level, Org, Person, Rotation, Rules, Service, Severity
from bot.escalation.words import ChainId, PersonId, RotationId, ServiceId


def organisation(sheet: Sheet, own: shapes.Organisation) -> Org:
    """Return the organisation with everything that people and services inherit from it filled in."""
    on_slack = sheet.table(shapes.Slack)
    people = {PersonId(person.id): _person(person, own, on_slack) for _, person in sheet.each(shapes.Person)}
    rotations = {RotationId(_id(place)): _rotation(_id(place), rotation, own) for place, rotation in sheet.each(shapes.Rotation)}
    top = tuple(person.id for person in people.values() if person.manager is None)
    return Org(
        name=own.name,
        zone=own.zone,
        calendar_default=Calendar(own.zone, own.hours, own.holidays),
        people=people,
        services={ServiceId(s.id): _service(sheet, s, people, rotations) for _, s in sheet.each(shapes.Service)},
        chains={ChainId(_id(place)): _chain(sheet, place, chain) for place, chain in sheet.each(shapes.Chain)},
        severities=_severities(sheet),
        rotations=rotations,
        routes={route.id: route for route in (route_of(sheet, raw) for _, raw in sheet.each(shapes.Route))},
        absences=tuple(_absence(sheet, absence) for _, absence in sheet.each(shapes.Absence)),
        # Somebody must hear of dead routes: where no admin is named, whoever has nobody above them.
        admins=tuple(map(PersonId, own.admins)) if own.admins else top,
        leaders=tuple(map(PersonId, own.leaders)) if own.leaders else top,
        rules=_rules(sheet.table(shapes.Rules) or shapes.Rules()),
    )


def _id(place: str) -> str:
    return place.rpartition(".")[2]


def _person(person: shapes.Person, own: shapes.Organisation, on_slack: shapes.Slack | None) -> Person:
    calendar = Calendar(person.zone or own.zone, person.hours or own.hours, own.holidays if person.holidays is None else person.holidays)
    manager, deputy = (PersonId(other) if other else None for other in (person.manager, person.deputy))
    return Person(
        PersonId(person.id),
        person.name,
        calendar,
        manager,
        deputy,
        person.team,
        accounts=slack.accounts(on_slack, person) + discord.accounts(person),
        email=person.email,
        prefers=person.prefers,
    )


def _rotation(name: str, rotation: shapes.Rotation, own: shapes.Organisation) -> Rotation:
    weekday, at = rotation.hands_over
    since_midnight = timedelta(hours=at.hour, minutes=at.minute)
    return Rotation(RotationId(name), tuple(map(PersonId, rotation.people)), weekday, since_midnight, rotation.zone or own.zone)


def _absence(sheet: Sheet, absence: shapes.Absence) -> Absence:
    start, end = moments(absence, zone_of(sheet, absence.person))
    return Absence(PersonId(absence.person), start, end, PersonId(absence.covered_by) if absence.covered_by else None)


def _service(sheet: Sheet, service: shapes.Service, people: dict[PersonId, Person], rotations: dict[RotationId, Rotation]) -> Service:
    rotation = rotations.get(RotationId(service.owner))
    first = people[rotation.people[0] if rotation else PersonId(service.owner)]
    alone = len(list(sheet.each(shapes.Service))) == 1
    return Service(
        id=ServiceId(service.id),
        name=service.name,
        owner=rotation.id if rotation else PersonId(service.owner),
        chain=ChainId(chain_of(sheet, service) or ""),
        team=service.team or first.team,
        budget=service.budget,
        channel=in_full(service.channel, sheet) if service.channel else None,
        keywords=tuple(service.keywords),
        default=service.default or alone,
        private=service.private,
    )


def _chain(sheet: Sheet, place: str, chain: shapes.Chain) -> Chain:
    levels = tuple(
        Level(level.to, level.respond_within, level.resolve_within, level.nag_every or level.respond_within)
        for _, level in sheet.each(shapes.Level, under=f"{place}.")
    )
    return Chain(ChainId(_id(place)), levels, always=chain.clock == "always")


def _severities(sheet: Sheet) -> dict[str, Severity]:
    given = [(_id(place), severity) for place, severity in sheet.each(shapes.Severity)]
    default = next((name for name, severity in given if severity.default), "normal")
    if default not in dict(given):
        # Whoever writes only what is critical means that everything else is not.
        given.insert(0, (default, shapes.Severity()))
    return {name: _severity(name, rank, severity, default) for rank, (name, severity) in enumerate(given)}


def _severity(name: str, rank: int, severity: shapes.Severity, default: str) -> Severity:
    chain = ChainId(severity.chain) if severity.chain else None
    return Severity(name, rank, chain, severity.stretch or Fraction(1), severity.affected, default=name == default)


def _rules(rules: shapes.Rules) -> Rules:
    exempt = rules.exempt_severity or Rules().exempt_severity
    return Rules(**{**{name: getattr(rules, name) for name in shapes.Rules.model_fields}, "exempt_severity": exempt})

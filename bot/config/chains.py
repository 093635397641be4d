"""Do services, chains, severities and digests fit together, and can every case go up?"""

from collections.abc import Iterator, Mapping

from bot.config import shapes
from bot.config.faults import did_you_mean, listed, shown
from bot.config.names import in_full
from bot.config.reading import Sheet
from bot.escalation.span import Span

Levels = list[tuple[str, shapes.Level]]


def check(sheet: Sheet) -> None:
    """Tell every fault of chains, services, severities and digests."""
    chains = {place: list(sheet.each(shapes.Level, under=f"{place}.")) for place, _ in sheet.each(shapes.Chain)}
    _targets(sheet)
    for levels in chains.values():
        _times(sheet, levels)
    _default_service(sheet)
    _severities(sheet)
    _digests(sheet)
    # Of a chain with an unreadable level nobody can say how far it goes.
    written = {place: sum(at.startswith(f"{place}.levels[") for at in sheet.stood) for place in chains}
    _every_case_can_go_up(sheet, {place: levels for place, levels in chains.items() if len(levels) == written[place]})


def _targets(sheet: Sheet) -> None:
    """Level 0 is the owner's, and no other: asked of the tables as they stood, so that a wrong time beside it hides nothing."""
    for place, (shape, raw) in sheet.stood.items():
        to = raw.get("to") if shape is shapes.Level else None
        first = place.endswith("[0]")
        if first and isinstance(to, str) and to != "owner":
            sheet.faults.add(f"{place}.to", f'level 0 is the owner\'s; write to = "owner", and {shown(to)} at a level above')
        if not first and to == "owner":
            sheet.faults.add(f"{place}.to", 'the owner has had it at level 0; write "manager", a person or a rotation')


def _times(sheet: Sheet, levels: Levels) -> None:
    for place, level in levels:
        if _longer(level.respond_within, level.resolve_within):
            longer = f"{level.respond_within.text()} is longer than resolve_within ({level.resolve_within.text()})"
            sheet.faults.add(f"{place}.respond_within", f"{longer}; a case is answered first, then resolved: make it shorter")


def _longer(one: Span, other: Span) -> bool:
    return one.is_days == other.is_days and other < one


def _default_service(sheet: Sheet) -> None:
    services = list(sheet.each(shapes.Service))
    defaults = [(place, service.id) for place, service in services if service.default]
    if len(services) > 1 and not defaults:
        cure = f"mark one with default = true: {listed(service.id for _, service in services)}"
        sheet.faults.add("services", f"no service is the default, so a report that names none has nowhere to go; {cure}")
    for place, _ in defaults[1:]:
        sheet.faults.add(f"{place}.default", f'"{defaults[0][1]}" is the default already; leave it to one of them')
    for place, service in services:
        if service.chain is None and not chain_of(sheet, service):
            sheet.faults.add(f"{place}.chain", f"is missing; name one of {listed(sorted(sheet.ids['chains']))}")


def chain_of(sheet: Sheet, service: shapes.Service) -> str | None:
    """Return the chain of a service: its own, else "standard", else the only one there is."""
    chains = sheet.ids["chains"]
    if service.chain is not None or not chains:
        return service.chain or "standard"
    return "standard" if "standard" in chains else next(iter(chains)) if len(chains) == 1 else None


def _severities(sheet: Sheet) -> None:
    severities = {place.partition(".")[2]: severity for place, severity in sheet.each(shapes.Severity)}
    for name, severity in severities.items():
        if severity.chain is not None and severity.stretch is not None:
            sheet.faults.add(f"severities.{name}", "has both a chain and a stretch; a chain has times of its own, so leave one of them out")
    defaults = [name for name, severity in severities.items() if severity.default]
    for name in defaults[1:]:
        sheet.faults.add(f"severities.{name}.default", f'"{defaults[0]}" is the default already; leave it to one of them')
    rules = sheet.table(shapes.Rules)
    wanted = rules.exempt_severity if rules else None
    if wanted is not None and wanted not in sheet.ids["severities"]:
        cure = did_you_mean(wanted, severities, f"choose from {listed(severities)}" if severities else "leave it out")
        sheet.faults.add("rules.exempt_severity", f'there is no severity "{wanted}"; {cure}')


def _digests(sheet: Sheet) -> None:
    first: dict[str, str] = {}
    for place, digest in sheet.each(shapes.Digest):
        for channel in (in_full(to, sheet) for to in digest.to):
            if channel in first:
                sheet.faults.add(f"{place}.to", f'"{channel}" gets the digest of {first[channel]} already; a channel gets one a day')
            first.setdefault(channel, place)


def _every_case_can_go_up(sheet: Sheet, chains: Mapping[str, Levels]) -> None:
    people = {person.id: person.manager for _, person in sheet.each(shapes.Person)}
    rotations = {place.partition(".")[2]: rotation.people for place, rotation in sheet.each(shapes.Rotation)}
    by_severity = [severity.chain for _, severity in sheet.each(shapes.Severity) if severity.chain is not None]
    for place, service in sheet.each(shapes.Service):
        for chain in dict.fromkeys(filter(None, (chain_of(sheet, service), *by_severity))):
            levels = chains.get(f"chains.{chain}", [])
            for owner in rotations.get(service.owner, [service.owner]):
                # A chain of one level is meant to end at the owner; one that only seems to go on is a mistake.
                if len(levels) > 1 and owner in people and not any(_reached(levels, owner, people, rotations)):
                    what = f'goes no further than {owner} on the chain "{chain}"; give {owner} a manager, or name somebody else at a level'
                    sheet.faults.add(f"{place}.owner", what)


def _reached(levels: Levels, owner: str, managers: Mapping[str, str | None], rotations: Mapping[str, list[str]]) -> Iterator[bool]:
    """Tell of each level above 0 whether it has somebody else than the owner to go to."""
    climbed: str | None = owner
    for _, level in levels[1:]:
        if level.to == "manager":
            climbed = managers.get(climbed) if climbed is not None else None
            yield climbed is not None and climbed != owner
        else:
            yield any(person != owner for person in rotations.get(level.to, [level.to]))

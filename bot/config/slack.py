"""Do Slack's channels and accounts lie in its workspaces, and what does its section come to?"""

from collections.abc import Iterator

from bot.config import shapes
from bot.config.faults import listed
from bot.config.plans import SlackChannel, SlackPlan
from bot.config.reading import Sheet
from bot.config.slack_ids import SlackId
from bot.escalation.org import Account

Placed = tuple[str, SlackId]


def check(sheet: Sheet) -> None:
    """Tell every fault in which Slack's section meets itself and the people."""
    _used_twice(sheet)
    slack = sheet.table(shapes.Slack)
    if slack is None:
        return
    for place, given in [*_channels(slack), *_accounts(sheet)]:
        _lies_in(sheet, place, given, slack.workspaces)
    if slack.command == slack.report_command:
        sheet.faults.add("slack.report_command", f'"{slack.command}" is `command` already; choose another name for one of them')
    _named_twice(sheet, slack)


def plan(slack: shapes.Slack) -> SlackPlan:
    """Return what Slack's section comes to."""
    return SlackPlan(
        workspaces=tuple(slack.workspaces),
        channels={name: SlackChannel(given.workspace or slack.workspaces[0], given.id) for name, given in slack.channels.items()},
        reactions=tuple(slack.reactions),
        transport="http" if slack.transport == "http" else "socket",
        sockets=slack.sockets,
        host=slack.host,
        port=slack.port,
        commands={slack.command: "", slack.report_command: "report"},
    )


def accounts(slack: shapes.Slack | None, person: shapes.Person) -> tuple[Account, ...]:
    """Return a person's accounts in Slack; none while Slack is not set up, since nothing says then where a bare id belongs."""
    if slack is None:
        return ()
    found = (Account("slack", given.workspace or slack.workspaces[0], given.id) for given in person.slack)
    return tuple(dict.fromkeys(found))


def _channels(slack: shapes.Slack) -> Iterator[Placed]:
    return ((f"slack.channels.{name}", given) for name, given in slack.channels.items())


def _accounts(sheet: Sheet) -> Iterator[Placed]:
    return ((f"people.{person.id}.slack", given) for _, person in sheet.each(shapes.Person) for given in person.slack)


def _lies_in(sheet: Sheet, place: str, given: SlackId, workspaces: list[str]) -> None:
    if given.workspace and given.workspace not in workspaces:
        cure = f"choose from {listed(workspaces)}, or add it there"
        sheet.faults.add(place, f'"{given.workspace}" is not among slack.workspaces; {cure}')
    if not given.workspace and len(workspaces) > 1:
        cure = f'write the workspace before it, such as "{workspaces[0]}/{given.id}"'
        sheet.faults.add(place, f'"{given.id}" does not say in which of the {len(workspaces)} workspaces; {cure}')


def _only(sheet: Sheet) -> str:
    """Return the workspace that a bare id belongs to."""
    slack = sheet.table(shapes.Slack)
    return slack.workspaces[0] if slack and len(slack.workspaces) == 1 else ""


def _used_twice(sheet: Sheet) -> None:
    holders: dict[SlackId, str] = {}
    only = _only(sheet)
    for _, person in sheet.each(shapes.Person):
        for given in person.slack:
            holder = holders.setdefault(SlackId(given.workspace or only, given.id), person.id)
            if holder != person.id:
                sheet.faults.add(f"people.{person.id}.slack", f'"{given}" is {holder}\'s already; an account belongs to one person')


def _named_twice(sheet: Sheet, slack: shapes.Slack) -> None:
    names: dict[SlackId, str] = {}
    only = _only(sheet)
    for name, given in slack.channels.items():
        first = names.setdefault(SlackId(given.workspace or only, given.id), name)
        if first != name:
            sheet.faults.add(f"slack.channels.{name}", f'"{given}" is called "{first}" already; a channel has one name')

"""Do Slack's channels and accounts lie in its workspaces, and what does its section come to?"""

from collections.abc import Iterator

from bot.config import shapes
from bot.config.meeting import Homes, Placed, belongs_to_one, has_one_name, lies_in
from bot.config.plans import SlackChannel, SlackPlan
from bot.config.reading import Sheet
from bot.escalation.org import Account


def check(sheet: Sheet) -> None:
    """Tell every fault in which Slack's section meets itself and the people."""
    slack = sheet.table(shapes.Slack)
    workspaces = slack.workspaces if slack else []
    held = ((person.id, given) for _, person in sheet.each(shapes.Person) for given in person.slack)
    belongs_to_one(sheet, "slack", held, workspaces)
    if slack is None:
        return
    lies_in(sheet, [*_channels(slack), *_accounts(sheet)], Homes("slack.workspaces", "workspace", workspaces))
    if slack.command == slack.report_command:
        sheet.faults.add("slack.report_command", f'"{slack.command}" is `command` already; choose another name for one of them')
    has_one_name(sheet, "slack", slack.channels, workspaces)


def plan(slack: shapes.Slack) -> SlackPlan:
    """Return what Slack's section comes to."""
    return SlackPlan(
        workspaces=tuple(slack.workspaces),
        channels={name: SlackChannel(given.home or slack.workspaces[0], given.id) for name, given in slack.channels.items()},
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
    found = (Account("slack", given.home or slack.workspaces[0], given.id) for given in person.slack)
    return tuple(dict.fromkeys(found))


def _channels(slack: shapes.Slack) -> Iterator[Placed]:
    return ((f"slack.channels.{name}", given) for name, given in slack.channels.items())


def _accounts(sheet: Sheet) -> Iterator[Placed]:
    return ((f"people.{person.id}.slack", given) for _, person in sheet.each(shapes.Person) for given in person.slack)

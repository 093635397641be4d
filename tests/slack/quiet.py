"""Whom can the bot not write to directly, and what does Slack say then?"""

from tests.slack.words import ApiError
from tests.slack.workspace import User, Workspace


def refuse_opening(user: User) -> None:
    """Refuse to open direct messages with a bot, with a deactivated account, or with somebody who takes none."""
    if user.is_bot:
        raise ApiError("cannot_dm_bot")
    if user.deleted:
        raise ApiError("user_disabled")
    if user.dm_closed:
        raise ApiError(user.dm_closed)


def refuse_posting(ws: Workspace, user: User) -> None:
    """Refuse a direct message. To a deactivated account Slack posts it all the same (python-slack-sdk#1156): nobody will read it."""
    if user.is_bot:
        raise ApiError("cannot_dm_bot")
    if user.deleted and ws.settings.deactivated_error:
        raise ApiError(ws.settings.deactivated_error)
    if user.dm_closed:
        raise ApiError(user.dm_closed)

"""One workspace's door: Slack's requests come in, the handlers answer, and Slack is told only after that is kept.

slack-bolt checks signatures, ages and tokens. Which requests there are, whether they are of this workspace, and what becomes of those that
fail stands here; what they mean stands in interacting.py and hearing.py.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import views
from bot.adapters.slack.calls import error_of
from bot.adapters.slack.hearing import Events
from bot.adapters.slack.inbound import Payload
from bot.adapters.slack.interacting import Interactions, asked_in
from bot.adapters.slack.room import NotKept, Room, Surroundings, words
from bot.adapters.slack.shape import is_slacks, kind_of
from bot.chat import Reply
from bot.wording import faults

log = structlog.get_logger()

_ANY = re.compile(".*", re.DOTALL)


class _App(AsyncApp):
    """Bolt's app, with a look at what comes before bolt reaches into it."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Refuse what is not as Slack sends it, over the door and over sockets."""
        if not is_slacks(req.body):
            log.warning("slack.refused", workspace=self.name, why="it is not what Slack sends", what=kind_of(req.body))
            return BoltResponse(status=400, body="That is not what Slack sends.")
        return await super().async_dispatch(req)


class Workspace:
    """One workspace and its app."""

    def __init__(self, id: str, client: AsyncWebClient, signing: str, there: Surroundings) -> None:
        self.id = id
        self.room = Room(id, client, there)
        self.app = _App(
            name=id,  # else bolt looks through all loaded modules for one: a third of a start
            # Bolt's own warnings speak to whoever writes an app; what concerns an operator is in our log.
            logger=_quiet(),
            client=client,
            # Ours, since bolt acknowledges with 200 and drops the request when its own look at the token fails.
            authorize=_by(self.room),
            # Never asked for over Socket Mode; bolt would otherwise look into the environment.
            signing_secret=signing or "none",
            # Slack is acknowledged when a listener is done, not before: after a crash it sends the event again.
            process_before_response=True,
        )
        self._listen()

    async def check(self) -> str | None:
        """Ask Slack who we are; return why the token does not fit this workspace, None if it does.

        Raises:
            SlackApiError: the token is refused.
        """
        told = await self.room.client.auth_test()
        if told["team_id"] != self.id:
            return f"its token belongs to the workspace {told['team_id']}"
        self.room.bot_user, self.room.bot = str(told["user_id"]), str(told.get("bot_id") or "")
        return None

    async def settle(self) -> None:
        """Wait until what was begun after an acknowledgement is done."""
        await self.room.settle()

    def _listen(self) -> None:
        app, hands, ears = self.app, Interactions(self.room), Events(self.room)
        app.use(self._ours)
        app.error(self._failed)
        for command in self.room.there.plan.commands:
            app.command(f"/{command}")(hands.command)
        app.action({"action_id": _ANY})(hands.action)
        app.view(views.FORM)(hands.submission)
        app.shortcut({"type": "shortcut", "callback_id": "report"})(hands.shortcut)
        app.shortcut({"type": "message_action", "callback_id": "report_message"})(hands.message_shortcut)
        app.event("message")(ears.message)
        app.event("app_mention")(ears.message)
        app.event("reaction_added")(ears.reaction)
        app.event("app_home_opened")(ears.home_opened)
        app.event("user_change")(ears.user_changed)
        app.event("team_join")(ears.user_changed)
        app.event("channel_archive")(ears.archived)
        app.event("group_archive")(ears.archived)
        app.event("app_uninstalled")(ears.shut_out)
        app.event("tokens_revoked")(ears.shut_out)

    async def _ours(self, context: AsyncBoltContext, next: Callable[[], Awaitable[Any]]) -> BoltResponse | None:
        # Of an event in a channel that is shared with another company: whose app it is for, not who caused it.
        team = context.team_id
        if team != self.id:
            log.warning("slack.refused", workspace=self.id, why="it is of another workspace", of=team)
            return BoltResponse(status=403, body="This is the door of another workspace.")
        await next()
        return None

    async def _failed(self, error: Exception, body: dict[str, Any]) -> BoltResponse:
        """Log what nobody foresaw, and tell whoever waits for an answer; an event is sent again by Slack."""
        again = isinstance(error, NotKept)
        if not again:
            log.error(
                "slack.failed", workspace=self.id, what=kind_of(body), error=type(error).__name__, why=error_of(error), exc_info=error
            )
        match kind_of(body):
            case "command":
                return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words(faults.failed())})
            case "view_submission":
                errors = dict.fromkeys(_first_input(body), words(faults.failed()))
                return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
            case "event":
                return BoltResponse(status=503 if again else 500, body="")
            case _:
                self.room.later(self._say_it_failed(body))
                return BoltResponse(status=200, body="")

    async def _say_it_failed(self, body: Payload) -> None:
        user = (body.get("user") or {}).get("id")
        by = await self.room.who(user) if user else None
        if by is not None:
            await self.room.answers.privately(Reply.say(*faults.failed(), refused=True), asked_in(body, by))


def _by(room: Room) -> Callable[[], Awaitable[AuthorizeResult]]:
    async def authorize() -> AuthorizeResult:
        if not room.bot_user:
            raise NotKept  # Slack has not told us yet who we are
        return AuthorizeResult(enterprise_id=None, team_id=room.id, bot_user_id=room.bot_user, bot_id=room.bot, bot_token=room.client.token)

    return authorize


def _quiet() -> logging.Logger:
    logger = logging.getLogger("buckstop.slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger


def _first_input(body: Payload) -> list[str]:
    blocks = (body.get("view") or {}).get("blocks") or ()
    return [block["block_id"] for block in blocks if block.get("type") == "input"][:1]

"""Slack as a whole: every workspace of the configuration, what comes in from them and what goes out to them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import structlog
from aiohttp import ClientSession, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

from bot.adapters.slack.access import Access, Unfit
from bot.adapters.slack.calls import ANSWER_WITHIN, client, ended, why
from bot.adapters.slack.manifest import path
from bot.adapters.slack.nightly import nightly
from bot.adapters.slack.outbound import SlackMessenger
from bot.adapters.slack.people import People
from bot.adapters.slack.room import Desk, Surroundings
from bot.adapters.slack.sockets import Sockets
from bot.adapters.slack.ways import SlackDirectory, SlackPlaces
from bot.adapters.slack.workspace import Workspace
from bot.config import SlackPlan
from bot.escalation.org import Org
from bot.handlers.acquaintance import Acquaintance
from bot.handlers.settings import Settings
from bot.outbox.fence import trace
from bot.ports import Clock, GiveUp, Store, TryLater

log = structlog.get_logger()

_WRONG_FOR = 300  # seconds until a token of another workspace is looked at again
_WHEN = "X-Slack-Request-Timestamp"
_ASK_AGAIN = 5  # seconds until Slack is asked once more who we are, if it did not answer


class Slack:
    """All workspaces. Made inside the event loop that they live in."""

    def __init__(
        self,
        plan: SlackPlan,
        access: Access,
        store: Store,
        clock: Clock,
        desk: Desk,
        acquaintance: Acquaintance,
        settings: Callable[[], Settings],
    ) -> None:
        self._plan = plan
        self._access = access
        self._session = ClientSession(timeout=ANSWER_WITHIN, trace_configs=[trace()])
        self.clients = {workspace: client(access.url, tokens.bot, self._session) for workspace, tokens in access.tokens.items()}
        self.people = People(acquaintance, self.clients)
        self.messenger = SlackMessenger(self.clients, self.people, access.pace, plan.command)
        self.directory = SlackDirectory(plan.workspaces)
        self.places = SlackPlaces(plan.channels)
        there = Surroundings(desk, store, self.people, clock, plan, settings)
        self.workspaces = {
            workspace: Workspace(workspace, self.clients[workspace], tokens.signing, there) for workspace, tokens in access.tokens.items()
        }
        self._sockets: list[Sockets] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        """Ask each workspace who we are there. One that does not answer is asked again, beside the work.

        Raises:
            Unfit: a token is refused, or is another workspace's.
        """
        faults = [fault for workspace in self.workspaces.values() if (fault := await self._introduced(workspace)) is not None]
        if faults:
            raise Unfit(faults)

    async def _introduced(self, workspace: Workspace) -> str | None:
        try:
            wrong = await workspace.check()
        except Exception as fault:  # noqa: BLE001 - a hiccup of whatever kind must not keep the bot from starting
            if isinstance(_ended(fault), GiveUp):
                return f"Slack refuses the bot token of the workspace {workspace.id}: {why(fault)}"
            log.warning("slack.no_answer", workspace=workspace.id, error=type(fault).__name__)
            self._tasks.append(asyncio.create_task(self._asked(workspace)))
            return None
        return f"The bot token of the workspace {workspace.id} is another one's: {wrong}" if wrong else None

    async def _asked(self, workspace: Workspace) -> None:
        """Ask again until it is known who we are. Until then nothing comes in, and nothing may go out by another one's token."""
        with self.messenger.shut(workspace.id):
            while not workspace.room.bot_user:
                await asyncio.sleep(_ASK_AGAIN)
                try:
                    wrong = await workspace.check()
                except Exception as fault:  # noqa: BLE001 - whatever it is, the next answer may be another one
                    log.warning("slack.no_answer", workspace=workspace.id, error=type(fault).__name__, why=why(fault))
                else:
                    if wrong:
                        log.error("slack.wrong_token", workspace=workspace.id, why=wrong)
                        await asyncio.sleep(_WRONG_FOR)

    def connect(self) -> None:
        """Open the connections of Socket Mode."""
        for workspace in self.workspaces.values():
            sockets = Sockets(workspace.id, workspace.app, self._access.tokens[workspace.id].app, self._plan.sockets)
            sockets.open()
            self._sockets.append(sockets)

    def door(self) -> web.Application:
        """Return the web application that Slack's signed requests come to."""
        application = web.Application()
        for workspace in self.workspaces.values():
            application.router.add_post(path(workspace.id), _taking(workspace))
        return application

    def look_after(self, org: Org, day: date, *, local: bool) -> None:
        """Look once a day, beside the work, whether everybody and every channel can still be reached."""
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(asyncio.create_task(self._night(org, day, local=local)))

    async def _night(self, org: Org, day: date, *, local: bool) -> None:
        try:
            pause = self.messenger.between_openings
            await nightly(self.clients, self._plan, self.people.acquaintance, org, day, local=local, pause=pause)
        except Exception:
            log.exception("slack.night_failed")  # tomorrow is another night

    async def rest(self) -> None:
        """Wait until what is done beside the work is done."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Take nothing more, and finish what was begun."""
        for sockets in self._sockets:
            await sockets.close()
        for workspace in self.workspaces.values():
            await workspace.settle()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def hang_up(self) -> None:
        """Let go of the network, once nothing is delivered any more."""
        await self._session.close()


def _taking(workspace: Workspace) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def take(request: web.Request) -> web.StreamResponse:
        if not request.headers.get(_WHEN, "0").isdecimal():
            # Bolt fails over it before it compares signatures, and who has no signature is not to set anything going, a complaint neither.
            log.warning("slack.refused", workspace=workspace.id, why="its time is none")
            return web.Response(status=401, text="That is not what Slack sends.")
        try:
            answer = await workspace.app.async_dispatch(await to_bolt_request(request))
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
            # What is no request of Slack's at all falls over in the library, before its signature is looked at.
            log.warning("slack.refused", workspace=workspace.id, why="it is not what Slack sends")
            return web.Response(status=400, text="That is not what Slack sends.")
        if answer.status == web.HTTPUnauthorized.status_code:
            log.warning("slack.refused", workspace=workspace.id, why="its signature is missing, wrong or too old")
        return await to_aiohttp_response(answer)

    return take


def _ended(fault: Exception) -> TryLater | GiveUp:
    try:
        return ended(fault)
    except Exception:  # noqa: BLE001 - whoever answered, Slack it was not
        return TryLater("what answers there is not Slack")

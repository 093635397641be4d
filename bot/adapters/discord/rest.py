"""Discord's REST side: a client that is logged in and never opens a gateway.

What goes out does not depend on what comes in: a worker needs no gateway, and a gateway that breaks holds up no message.
"""

import asyncio
import logging
from datetime import timedelta
from types import SimpleNamespace

import discord
import structlog
from aiohttp import ClientSession, TraceRequestEndParams
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.adapters.discord.access import Access, Unfit
from bot.adapters.discord.calls import NOT_DISCORD, UNKNOWN_WAIT, Calls, NotDiscord, ended, waits
from bot.adapters.discord.manifest import privileged
from bot.adapters.discord.welcome import Answer, Welcome
from bot.outbox import fence
from bot.ports import GiveUp, TryLater

log = structlog.get_logger()

_ASK_AGAIN, _ASK_LONGEST = 5.0, 60.0  # seconds until Discord is asked once more who we are, if it did not answer; twice as long each time
_EDIT_AGAIN = timedelta(minutes=1)  # after a limit on edits that does not say how long
_LONGEST_WAIT = 30.0  # seconds that the library may wait for a limit by itself; it takes no less


class NotKnownYet(Exception):
    """Discord has not said yet who we are."""


def point_at(access: Access) -> None:
    """Have discord.py speak to this address; it keeps it for the whole process."""
    Route.BASE = access.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = URL(access.gateway_url)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody speaks here
    library = logging.getLogger("discord")
    library.setLevel(logging.WARNING)  # what it says below that speaks to whoever writes a bot
    library.propagate = False
    library.handlers = [_Handed()]


class _Handed(logging.Handler):
    """What the library says, in our log: one line, and no traceback of what it tries again by itself."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        log.warning("discord.library", said=record.getMessage(), error=type(fault).__name__ if fault is not None else None)


class Rest:
    """The bot's account, as far as no gateway is needed."""

    def __init__(self, access: Access, *, members: bool = True) -> None:
        """`members` is whether Discord is to tell who comes and leaves."""
        point_at(access)
        self._access = access
        self._members = members
        self.calls = Calls()
        self.welcome = Welcome()
        self._client: discord.Client | None = None
        self._asking: asyncio.Task[None] | None = None

    @property
    def client(self) -> discord.Client:
        """Return the client.

        Raises:
            NotKnownYet: it is not logged in yet.
        """
        if self._client is None:
            raise NotKnownYet
        return self._client

    @property
    def me(self) -> int | None:
        """Return the bot's own id, once it is known."""
        return self._client.user.id if self._client is not None and self._client.user is not None else None

    async def begin(self) -> None:
        """Ask Discord who we are. If it does not answer, it is asked again, beside the work.

        Raises:
            Unfit: the token is refused, or an intent is not switched on.
        """
        try:
            await self._log_in()
        except Unfit:
            raise
        except Exception as fault:
            if isinstance(outcome(fault), GiveUp):
                raise Unfit([f"Discord refuses the bot: {outcome(fault).why}"]) from fault
            log.warning("discord.no_answer", why=outcome(fault).why)
            self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        wait, said = _ASK_AGAIN, ""
        while self._client is None:
            await asyncio.sleep(wait)
            wait = min(wait * 2, _ASK_LONGEST)
            try:
                await self._log_in()
            except Exception as fault:  # noqa: BLE001 - whatever it is, the next answer may be another one
                why = str(fault) if isinstance(fault, Unfit) else outcome(fault).why
                if why != said:
                    log.warning("discord.no_answer", why=why)
                said = why
            else:
                log.info("discord.answers")

    async def _log_in(self) -> None:
        client = self._new()
        try:
            await self.calls.bounded(client.login(self._access.token))
        except discord.LoginFailure as fault:
            await client.close()
            raise Unfit(
                ["Discord refuses the bot token: DISCORD_TOKEN holds none that is valid. Reset it in the developer portal"]
            ) from fault
        except BaseException:
            await client.close()
            raise
        missing = [f'"{name}"' for key, (name, _) in privileged(members=self._members).items() if not has_intent(client, key)]
        if missing:
            await client.close()
            named = " and ".join(missing)
            raise Unfit([f"Discord does not let Buckstop hear enough: switch on {named} in the developer portal, under Bot"])
        self._client = client

    def _new(self) -> discord.Client:
        trace = fence.trace(self.calls.trace())
        trace.on_request_end.append(self._answered)
        return discord.Client(
            intents=discord.Intents(guilds=True),  # there is no gateway; without it the library warns of one
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=trace,
            max_ratelimit_timeout=_LONGEST_WAIT,
        )

    async def _answered(self, session: ClientSession, context: SimpleNamespace, params: TraceRequestEndParams) -> None:
        """Look at an answer before the library does.

        Raises:
            RateLimited: a limit on edits. The library would wait with it, and hold up whatever is to be posted in the same channel.
            NotDiscord: a page in place of an answer, which the library would stumble over.
        """
        answer = params.response
        scope = "global" if "X-RateLimit-Global" in answer.headers else answer.headers.get("X-RateLimit-Scope")
        ours = not answer.url.path.removeprefix(URL(self._access.api_url).path).startswith(("/webhooks/", "/interactions/"))
        self.welcome.seen(Answer(answer.status, scope, waits(answer.headers, UNKNOWN_WAIT), ours), _now())
        if answer.status == 429 and scope != "global" and answer.method == "PATCH" and "/messages/" in answer.url.path and ours:
            raise discord.RateLimited(waits(answer.headers, _EDIT_AGAIN).total_seconds())
        if 200 <= answer.status < 300 and answer.status != 204 and answer.content_type != "application/json":
            raise NotDiscord

    async def recommended_shards(self) -> int:
        """Return how many connections to the gateway Discord recommends."""
        shards, _url, _starts = await self.calls.bounded(self.client.http.get_bot_gateway())
        return shards

    def held(self) -> TryLater | GiveUp | None:
        """Return why nothing may be said to Discord now; None if it may."""
        return self.welcome.held(_now())

    async def close(self) -> None:
        """Let go of the network."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
        await self.calls.close()
        if self._client is not None:
            await self._client.close()


def has_intent(client: discord.Client, name: str) -> bool:
    """Tell whether a privileged intent is switched on for the application."""
    flags = client.application_flags
    match name:
        case "message_content":
            return flags.gateway_message_content or flags.gateway_message_content_limited
        case _:
            return flags.gateway_guild_members or flags.gateway_guild_members_limited


def outcome(fault: Exception) -> TryLater | GiveUp:
    """Return what a call that raised comes to; whoever else answers there, Discord it is not."""
    try:
        return ended(fault)
    except Exception:  # noqa: BLE001 - see above
        return TryLater(NOT_DISCORD)


def _now() -> float:
    return asyncio.get_running_loop().time()

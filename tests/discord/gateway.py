"""How does a client connect to the gateway, and keep its connection?

Hello, identify or resume, heartbeats, requests for members. Which events a session gets is decided in `events.py`.
"""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Callable

from aiohttp import WSMsgType, web

from tests.discord import intents, shapes
from tests.discord.sessions import Line, Session
from tests.discord.words import Json
from tests.discord.world import World

Find = Callable[[str], World | None]


class Closed(Exception):
    """The gateway closes the connection: its code and words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Gateway:
    """One connection of a client."""

    def __init__(self, line: Line, find: Find, interval: float) -> None:
        self.line = line
        self.find = find
        self.interval = interval
        self.world: World | None = None
        self.session: Session | None = None
        self._times: deque[float] = deque()
        self._beat = asyncio.get_running_loop().time()

    def hello(self) -> None:
        """Begin."""
        self.line.send({"op": 10, "t": None, "s": None, "d": {"heartbeat_interval": int(self.interval * 1000)}})

    def heard(self, text: str) -> None:
        """Take a frame of the client."""
        frame = _read(text)
        self._count()
        match frame.get("op"):
            case 1:
                self._beat = asyncio.get_running_loop().time()
                if self.world is None or self.world.acknowledging:
                    self.line.send({"op": 11, "t": None, "s": None, "d": None})
            case 2:
                self._identify(_dict(frame))
            case 6:
                self._resume(_dict(frame))
            case 3 | 4 | 8 if self.session is None:
                raise Closed(4003, "Not authenticated.")
            case 8:
                self._members(_dict(frame))
            case 3 | 4:
                pass
            case _:
                raise Closed(4001, "Unknown opcode.")

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self._times.append(now)
        while self._times and self._times[0] < now - 60:
            self._times.popleft()
        if self.world is not None and len(self._times) > self.world.settings.gateway_frames:
            raise Closed(4008, "Rate limited.")

    def _known(self, token: object) -> World:
        world = self.find(str(token))
        if world is None:
            raise Closed(4004, "Authentication failed.")
        return world

    def _identify(self, asked: Json) -> None:
        if self.session is not None:
            raise Closed(4005, "Already authenticated.")
        world = self._known(asked.get("token"))
        shard, shards = asked.get("shard") or (0, 1)
        wanted = asked.get("intents")
        if not (isinstance(shard, int) and isinstance(shards, int) and 0 <= shard < shards):
            raise Closed(4010, "Invalid shard.")
        if shards < world.shards:
            raise Closed(4011, "Sharding required.")
        if not isinstance(wanted, int) or wanted & ~intents.KNOWN:
            raise Closed(4013, "Invalid intent(s).")
        if intents.refused(wanted, world.privileged):
            raise Closed(4014, "Disallowed intent(s).")
        if not self._may_identify(world, shard):
            self.line.send({"op": 9, "t": None, "s": None, "d": False})
            return
        session = Session(secrets.token_hex(16), shard, shards, wanted, deque(maxlen=world.settings.session_events), self.line)
        world.sessions[session.id] = session
        self.world, self.session = world, session
        world.journal.add("gateway", what="identify", session=session.id, shard=shard, shards=shards, intents=wanted)
        _begin(world, session)

    @staticmethod
    def _may_identify(world: World, shard: int) -> bool:
        now = asyncio.get_running_loop().time()
        world.identifies += 1
        before = world.identified_at.get(shard)
        world.identified_at[shard] = now
        return before is None or now - before >= world.settings.identify_every

    def _resume(self, asked: Json) -> None:
        if self.session is not None:
            raise Closed(4005, "Already authenticated.")
        world = self._known(asked.get("token"))
        session, seq = world.sessions.get(str(asked.get("session_id"))), asked.get("seq")
        if session is not None and isinstance(seq, int) and seq > session.seq:
            raise Closed(4007, "Invalid seq.")
        if session is None or not isinstance(seq, int) or _too_old(world, session) or (missed := session.missed(seq)) is None:
            world.journal.add("gateway", what="not_resumed", session=asked.get("session_id"), seq=seq)
            self.line.send({"op": 9, "t": None, "s": None, "d": False})
            return
        if session.line is not None and not session.line.closed:
            session.line.close(4000, "Resumed elsewhere.")
        self.world, self.session, session.line, session.ended = world, session, self.line, None
        for frame in missed:
            self.line.send(frame)
        session.dispatch("RESUMED", {"_trace": []})
        world.journal.add("gateway", what="resume", session=session.id, shard=session.shard, seq=seq, replayed=len(missed))

    def _members(self, asked: Json) -> None:
        assert self.world is not None
        assert self.session is not None
        guild = self.world.guilds.get(str(asked.get("guild_id")))
        if guild is None or self.world.bot not in guild.members:
            return
        ids, query, limit = asked.get("user_ids"), asked.get("query"), int(asked.get("limit") or 0)
        if ids is None and query == "" and limit == 0 and not self.session.intents & intents.MEMBERS:
            # Everybody may only be asked for with the privileged intent.
            return
        people = list(guild.members.values())
        if ids is not None:
            people = [one for one in people if one.user in {str(one) for one in (ids if isinstance(ids, list) else [ids])}]
        elif query:
            people = [one for one in people if self.world.users[one.user].name.startswith(query.lower())]
        found = [shapes.whole_member(self.world, one) for one in people[: limit or None]]
        chunk: Json = {"guild_id": guild.id, "members": found, "chunk_index": 0, "chunk_count": 1, "not_found": []}
        self.session.dispatch("GUILD_MEMBERS_CHUNK", chunk | ({"nonce": asked["nonce"]} if "nonce" in asked else {}))

    def watch(self) -> None:
        """Close the connection when no heartbeat has come for too long; look again and again."""
        loop = asyncio.get_running_loop()
        if self.line.closed:
            return
        if loop.time() - self._beat > self.interval * 2:
            self.line.close(4009, "Session timed out.")
        loop.call_later(self.interval, self.watch)

    def ended(self) -> None:
        """Note that the socket is gone; the session waits to be resumed."""
        self.line.end()
        if self.world is not None and self.session is not None and self.session.line is self.line:
            self.session.line = None
            self.session.ended = asyncio.get_running_loop().time()
            if self.line.socket.close_code in {1000, 1001}:
                # A client that says good-bye does not come back to this session.
                self.world.sessions.pop(self.session.id, None)
            self.world.journal.add("gateway", what="closed", session=self.session.id, code=self.line.socket.close_code)


def _begin(world: World, session: Session) -> None:
    mine = [guild for guild in world.guilds.values() if world.bot in guild.members and session.hears(guild.id)]
    ready: Json = {
        "v": 10,
        "user": shapes.user(world.users[world.bot]) | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0},
    }
    ready |= {"guilds": [{"id": guild.id, "unavailable": True} for guild in mine], "session_id": session.id, "private_channels": []}
    ready |= {"application": {"id": world.application, "flags": intents.flags(world.privileged)}, "shard": [session.shard, session.shards]}
    session.dispatch("READY", ready | {"resume_gateway_url": f"{world.address.replace('http', 'ws', 1)}/gateway/{world.key}/"})
    if session.intents & intents.GUILDS:
        for guild in mine:
            everybody = bool(session.intents & intents.MEMBERS and session.intents & intents.PRESENCES)
            session.dispatch("GUILD_CREATE", shapes.whole_guild(world, guild, everybody))


def _too_old(world: World, session: Session) -> bool:
    return session.ended is not None and asyncio.get_running_loop().time() - session.ended > world.settings.session_life


def _read(text: str) -> Json:
    if len(text) > 4096:
        raise Closed(4002, "Payload too large.")
    try:
        frame = json.loads(text)
    except ValueError as wrong:
        raise Closed(4002, "Error while decoding payload.") from wrong
    if not isinstance(frame, dict):
        raise Closed(4002, "Error while decoding payload.")
    return frame


def _dict(frame: Json) -> Json:
    data = frame.get("d")
    if not isinstance(data, dict):
        raise Closed(4002, "Error while decoding payload.")
    return data


async def serve(request: web.Request, find: Find, interval: float) -> web.StreamResponse:
    """Talk through one socket until it ends."""
    if request.query.get("encoding", "json") != "json":
        raise web.HTTPBadRequest
    compressed = request.query.get("compress")
    if compressed not in {None, "zlib-stream"}:
        raise web.HTTPBadRequest(text=f"this fake does not compress as {compressed}")
    # Pongs tell how far the client has read, so aiohttp must not swallow them.
    socket = web.WebSocketResponse(autoping=False)
    await socket.prepare(request)
    gateway = Gateway(Line(socket, compressed is not None), find, interval)
    gateway.hello()
    gateway.watch()
    try:
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                gateway.heard(frame.data)
            elif frame.type is WSMsgType.PONG:
                gateway.line.pong(bytes(frame.data))
            elif frame.type is WSMsgType.PING:
                await socket.pong(frame.data)
    except Closed as why:
        gateway.line.close(why.code, why.words)
        async for _ in socket:
            pass
    finally:
        gateway.ended()
    return socket

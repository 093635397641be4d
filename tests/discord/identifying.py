"""How does a session of the gateway begin, and go on in another connection?"""

import asyncio
import secrets
from collections import deque

from tests.discord import intents, shapes
from tests.discord.sessions import Closed, Line, Session
from tests.discord.words import Json
from tests.discord.world import World


def identify(world: World, asked: Json, line: Line) -> Session | None:
    """Begin a session; none where a client does it too often."""
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
    if not _may_identify(world, shard):
        return None
    session = Session(secrets.token_hex(16), shard, shards, wanted, deque(maxlen=world.settings.session_events), line)
    world.sessions[session.id] = session
    world.journal.add("gateway", what="identify", session=session.id, shard=shard, shards=shards, intents=wanted)
    _begin(world, session)
    return session


def _may_identify(world: World, shard: int) -> bool:
    now = asyncio.get_running_loop().time()
    world.identifies += 1
    before = world.identified_at.get(shard)
    world.identified_at[shard] = now
    return before is None or now - before >= world.settings.identify_every


def _begin(world: World, session: Session) -> None:
    mine = [guild for guild in world.guilds.values() if world.bot in guild.members and session.hears(guild.id)]
    bot = shapes.user(world.users[world.bot]) | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0}
    ready: Json = {"v": 10, "user": bot, "session_id": session.id, "shard": [session.shard, session.shards], "private_channels": []}
    ready |= {"guilds": [{"id": guild.id, "unavailable": True} for guild in mine], "resume_gateway_url": world.gateway_url}
    ready |= {"application": {"id": world.application, "flags": intents.flags(world.privileged)}}
    session.dispatch("READY", ready)
    if session.intents & intents.GUILDS:
        for guild in mine:
            everybody = bool(session.intents & intents.MEMBERS and session.intents & intents.PRESENCES)
            session.dispatch("GUILD_CREATE", shapes.whole_guild(world, guild, everybody))


def resume(world: World, asked: Json, line: Line) -> Session | None:
    """Let a session go on in another connection, with what it has missed; none if it cannot."""
    session, seq = world.sessions.get(str(asked.get("session_id"))), asked.get("seq")
    if session is not None and isinstance(seq, int) and seq > session.seq:
        raise Closed(4007, "Invalid seq.")
    if session is None or not isinstance(seq, int) or _too_old(world, session) or (missed := session.missed(seq)) is None:
        world.journal.add("gateway", what="not_resumed", session=asked.get("session_id"), seq=seq)
        return None
    if session.line is not None and not session.line.closed:
        session.line.close(4000, "Resumed elsewhere.")
    session.line, session.ended = line, None
    for frame in missed:
        line.send(frame)
    session.dispatch("RESUMED", {"_trace": []})
    world.journal.add("gateway", what="resume", session=session.id, shard=session.shard, seq=seq, replayed=len(missed))
    return session


def _too_old(world: World, session: Session) -> bool:
    return session.ended is not None and asyncio.get_running_loop().time() - session.ended > world.settings.session_life


def tell_members(world: World, session: Session, asked: Json) -> None:
    """Tell of members: by id, by the beginning of their name, or all, which needs the privileged intent."""
    guild = world.guilds.get(str(asked.get("guild_id")))
    if guild is None or world.bot not in guild.members:
        return
    ids, query, limit = asked.get("user_ids"), asked.get("query"), int(asked.get("limit") or 0)
    if ids is None and query == "" and limit == 0 and not session.intents & intents.MEMBERS:
        return
    people = list(guild.members.values())
    if ids is not None:
        wanted = {str(user) for user in (ids if isinstance(ids, list) else [ids])}
        people = [one for one in people if one.user in wanted]
    elif query:
        people = [one for one in people if world.users[one.user].name.startswith(query.lower())]
    found = [shapes.whole_member(world, one) for one in people[: limit or None]]
    chunk: Json = {"guild_id": guild.id, "members": found, "chunk_index": 0, "chunk_count": 1, "not_found": []}
    session.dispatch("GUILD_MEMBERS_CHUNK", chunk | ({"nonce": asked["nonce"]} if "nonce" in asked else {}))

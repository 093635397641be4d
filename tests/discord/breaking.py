"""How does a test break the gateway?"""

from tests.discord.acting import verb
from tests.discord.events import passed
from tests.discord.sessions import Line
from tests.discord.words import Json
from tests.discord.world import World


def _lines(world: World) -> list[Line]:
    return [session.line for session in world.sessions.values() if session.line is not None and not session.line.closed]


@verb
async def sessions(world: World) -> Json:
    """Return the sessions, connected or waiting to be resumed."""
    return {
        "sessions": [
            {"id": one.id, "shard": one.shard, "shards": one.shards, "intents": one.intents, "seq": one.seq, "connected": bool(one.line)}
            for one in world.sessions.values()
        ]
    }


@verb
async def settle(world: World) -> Json:
    """Wait until every client has read all that was sent."""
    await passed(world)
    return {}


@verb
async def cut_gateway(world: World) -> Json:
    """Cut all connections without a word; their sessions can be resumed."""
    cut = _lines(world)
    for line in cut:
        line.cut()
    for line in cut:
        await line.ended.wait()
    return {"cut": len(cut)}


@verb
async def refuse_gateway(world: World, refuse: bool = True) -> Json:
    """Refuse new connections, or take them again."""
    world.refusing = refuse
    return {}


@verb
async def gone(world: World, gone: bool = True) -> Json:
    """Let the gateway be gone, and all its sessions forgotten; with `gone=False` it is back."""
    world.refusing = gone
    if gone:
        await cut_gateway(world)
        world.sessions.clear()
    return {}


@verb
async def ask_to_reconnect(world: World) -> Json:
    """Ask every client to reconnect and resume."""
    for line in _lines(world):
        line.send({"op": 7, "t": None, "s": None, "d": None})
    return {"asked": len(_lines(world))}


@verb
async def invalid_session(world: World, resumable: bool = False) -> Json:
    """Tell every client that its session is invalid."""
    for session in list(world.sessions.values()):
        if session.line is not None:
            session.line.send({"op": 9, "t": None, "s": None, "d": resumable})
            if not resumable:
                del world.sessions[session.id]
    return {}


@verb
async def close_gateway(world: World, code: int) -> Json:
    """Close every connection with a code, such as 4009 or 4004."""
    for line in _lines(world):
        line.close(code, "Closed by a test.")
    return {}


@verb
async def stop_acknowledging_heartbeats(world: World, stop: bool = True) -> Json:
    """Let heartbeats go unanswered, or answer them again."""
    world.acknowledging = not stop
    return {}


@verb
async def ask_for_heartbeat(world: World) -> Json:
    """Ask every client for a heartbeat at once."""
    for line in _lines(world):
        line.send({"op": 1, "t": None, "s": None, "d": None})
    return {}

"""How does a test look into a workspace, and make things go wrong there?"""

import asyncio

from tests.patience import PATIENT
from tests.slack import events, posting
from tests.slack.acting import Actor, verb
from tests.slack.building import LATER, known, set_up
from tests.slack.outcomes import Start
from tests.slack.signed import Forgery
from tests.slack.words import Json


@verb
async def set_(act: Actor, **asked: object) -> Json:
    """Change settings, limits, transport, request URL or scopes."""
    known("what can be set", asked, LATER)
    set_up(act.ws, asked)
    return {}


@verb
async def messages(act: Actor, channel: str, deleted: bool = False) -> Json:
    """Return what is in a channel, or in the direct messages of `@somebody`, oldest first."""
    place = act.ws.channel(channel)
    there = [message for message in place.messages.values() if deleted or not message.deleted]
    ephemerals = [message for message in place.ephemerals if deleted or not message.deleted]
    return {
        "messages": [posting.told(act.ws, message) for message in there],
        "ephemeral": [posting.told(act.ws, message) for message in ephemerals],
    }


@verb
async def files(act: Actor) -> Json:
    """Return the files that were uploaded, the oldest first, and whether each is complete."""
    told = [{"id": f.id, "name": f.name, "title": f.title, "alt": f.alt, "bytes": len(f.body or b"")} for f in act.ws.files.values()]
    return {"files": told}


@verb
async def journal(act: Actor, kind: str | None = None, since: int = 0, like: Json | None = None) -> Json:
    """Return what has happened."""
    return {"entries": act.ws.journal.find(kind, since, **(like or {})), "n": act.ws.journal.n}


@verb
async def changed(act: Actor, since: int, within: float = PATIENT) -> Json:
    """Wait until something happens after this number."""
    return {"n": await act.ws.journal.wait(since, within)}


@verb
async def forget(act: Actor) -> Json:
    """Empty the journal."""
    act.ws.journal.forget()
    return {"n": act.ws.journal.n}


@verb
async def fault(
    act: Actor, kind: str, method: str, channel: str | None = None, times: int = 1, retry_after: float = 1.0, seconds: float = 0.0
) -> Json:
    """Let the next calls of a method go wrong."""
    place = act.ws.channel(channel).id if channel else None
    return act.ws.faults.add(kind, method, place, times, retry_after, seconds).json()


@verb
async def fault_hit(act: Actor, id: int, within: float = PATIENT) -> Json:
    """Wait until a call has met a fault."""
    found = act.ws.faults.get(id)
    try:
        await asyncio.wait_for(found.hit.wait(), within)
    except TimeoutError:
        return found.json() | {"hit": False}
    return found.json() | {"hit": True}


@verb
async def fault_release(act: Actor, id: int, drop: bool = False) -> Json:
    """Let go on what hangs: to its answer, or with `drop` to a closed connection."""
    found = act.ws.faults.get(id)
    found.then_drop = drop
    found.released.set()
    return found.json()


@verb
async def clear_faults(act: Actor) -> Json:
    """Let everything go well again."""
    act.ws.faults.clear()
    return {}


@verb
async def deliver_events(
    act: Actor, copies: int = 1, hold: bool = False, drop: bool = False, delay: float = 0.0, only: list[str] | None = None
) -> Json:
    """Say how events are delivered from now on; what is held stays held."""
    knobs = act.ws.knobs
    knobs.copies, knobs.hold, knobs.drop, knobs.delay, knobs.only = copies, hold, drop, delay, tuple(only or ())
    return {"held": len(knobs.held)}


@verb
async def release_events(act: Actor, seed: int | None = None, together: bool = False) -> Json:
    """Let held events go, in a shuffled order if there is a seed, and wait until they are acknowledged."""
    return {"events": await events.release(act.ws, act.courier, seed, together)}


@verb
async def send(act: Actor, type: str, payload: Json, forge: Json | None = None) -> Json:
    """Send the app any payload as `events_api`, `slash_commands` or `interactive`."""
    answer, n = await act.courier.send(act.ws, type, payload, Forgery.of(forge))
    return answer.json() | {"n": n}


@verb
async def send_event(act: Actor, event: Json, forge: Json | None = None) -> Json:
    """Send the app an event, once, in its wrapping."""
    answer, n = await act.courier.send(act.ws, "events_api", events.wrapped(act.ws, event), Forgery.of(forge))
    return answer.json() | {"n": n}


@verb
async def replay(act: Actor, n: int) -> Json:
    """Send again what was sent under this number, byte for byte."""
    start = Start.of(act.ws)
    answer, again = await act.courier.again(act.ws, n)
    return answer.json() | {"n": again, "since": start.n}


@verb
async def verify_url(act: Actor) -> Json:
    """Ask the request URL whether it is the app's."""
    challenge = {"type": "url_verification", "token": act.ws.verification, "challenge": act.ws.new_id("challenge")}
    answer, n = await act.courier.send(act.ws, "events_api", challenge)
    body = answer.body
    right = challenge["challenge"] in (body, body.get("challenge") if isinstance(body, dict) else None)
    return answer.json() | {"n": n, "ok": answer.ok and right}


@verb
async def sockets(act: Actor) -> Json:
    """Return the numbers of the open sockets."""
    return {"open": [connection.number for connection in act.ws.sockets.open]}


@verb
async def cut_sockets(act: Actor) -> Json:
    """Cut all sockets without a word."""
    return {"cut": act.ws.sockets.cut()}


@verb
async def ask_to_reconnect(act: Actor, reason: str = "refresh_requested") -> Json:
    """Send every socket a `disconnect` frame."""
    return {"asked": await act.ws.sockets.ask_to_reconnect(reason)}


@verb
async def refuse_sockets(act: Actor, refuse: bool = True) -> Json:
    """Refuse new sockets, or take them again."""
    act.ws.sockets.refusing = refuse
    return {}

"""What can a person do with messages: say, change, delete, react?

Each waits until the app has acknowledged what it hears of it, and returns what came of that.
"""

from tests.slack import posting, reacting, typing_in
from tests.slack.acting import Actor, verb
from tests.slack.events import emit, settled
from tests.slack.messages import Message
from tests.slack.outcomes import Start, outcome
from tests.slack.posting import Deliveries
from tests.slack.stacks import told
from tests.slack.words import Impossible, Json
from tests.slack.workspace import Channel, User


@verb
async def say(act: Actor, user: str, text: str, channel: str | None = None, thread: str | None = None, wait: bool = True) -> Json:
    """Write a message in a channel, in a thread, or without a channel to the bot."""
    person = act.person(user)
    place = act.place(person, channel)
    stored = typing_in.message(act.ws, text)
    message = Message(ts=act.ws.ts(), channel=place.id, user=person.id, text=stored, blocks=typing_in.rich_text(act.ws, stored))
    if thread is not None:
        parent = act.message(place, thread)
        message.thread_ts = parent.thread_ts or parent.ts
    start = Start.of(act.ws)
    deliveries = posting.post(act.ws, act.courier, message, via="person")
    return await _outcome(act, person, start, deliveries, wait) | {"channel": place.id, "ts": message.ts}


@verb
async def edit(act: Actor, user: str, channel: str | None, ts: str, text: str, wait: bool = True) -> Json:
    """Change one's own message."""
    person = act.person(user)
    message = _own(act, person, act.place(person, channel), ts)
    start = Start.of(act.ws)
    stored = typing_in.message(act.ws, text)
    new = {"text": stored, "blocks": typing_in.rich_text(act.ws, stored)}
    deliveries = posting.change(act.ws, act.courier, message, new, person.id)
    return await _outcome(act, person, start, deliveries, wait)


@verb
async def delete(act: Actor, user: str, channel: str | None, ts: str, wait: bool = True) -> Json:
    """Delete one's own message."""
    person = act.person(user)
    message = _own(act, person, act.place(person, channel), ts)
    start = Start.of(act.ws)
    return await _outcome(act, person, start, posting.remove(act.ws, act.courier, message), wait)


@verb
async def react(act: Actor, user: str, channel: str | None, ts: str, emoji: str, wait: bool = True) -> Json:
    """Put a reaction under a message."""
    person = act.person(user)
    message = act.message(act.place(person, channel), ts)
    if person.id in message.reactions.get(emoji, []):
        raise Impossible(f"{person.name} has reacted with :{emoji}: already")
    start = Start.of(act.ws)
    return await _outcome(act, person, start, [reacting.add(act.ws, act.courier, message, emoji, person.id)], wait)


@verb
async def unreact(act: Actor, user: str, channel: str | None, ts: str, emoji: str, wait: bool = True) -> Json:
    """Take one's reaction away."""
    person = act.person(user)
    message = act.message(act.place(person, channel), ts)
    if person.id not in message.reactions.get(emoji, []):
        raise Impossible(f"{person.name} has not reacted with :{emoji}:")
    start = Start.of(act.ws)
    return await _outcome(act, person, start, [reacting.take_away(act.ws, act.courier, message, emoji, person.id)], wait)


@verb
async def open_home(act: Actor, user: str, tab: str = "home", wait: bool = True) -> Json:
    """Open the app's Home tab, or its messages."""
    person = act.person(user)
    event: Json = {"type": "app_home_opened", "user": person.id, "channel": act.ws.im(person.id).id, "tab": tab, "event_ts": act.ws.ts()}
    home = act.ws.homes.get(person.id)
    if home is not None:
        event["view"] = told(act.ws, home)
    start = Start.of(act.ws)
    return await _outcome(act, person, start, [emit(act.ws, act.courier, event)], wait)


def _own(act: Actor, person: User, channel: Channel, ts: str) -> Message:
    message = act.message(channel, ts)
    if message.user != person.id:
        raise Impossible(f"{ts} is not {person.name}'s message")
    return message


async def _outcome(act: Actor, person: User, start: Start, deliveries: Deliveries, wait: bool) -> Json:
    events = await settled(deliveries) if wait else []
    # Whoever writes a message sees nothing of an app that does not hear it.
    told = outcome(act.ws, person, start, None, None)
    return told | {"events": events, "ok": all(event["ok"] for event in events)}

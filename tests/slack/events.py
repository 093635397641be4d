"""Which events does the app hear, and how are they delivered?

An event goes to the app when its scope allows it. One that is not acknowledged comes again, three times at most, with the same
`event_id`. A test may have events doubled, held back and let go in another order, dropped or delayed.
"""

import asyncio
import random
from dataclasses import dataclass, field

from tests.slack.answers import Answer
from tests.slack.delivering import Courier
from tests.slack.wall import wall
from tests.slack.words import Json
from tests.slack.workspace import Workspace

# Which scope an event needs; a message's depends on the kind of its channel.
NEEDS = {
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_rename": "channels:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "group_rename": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
}
HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history", "mpim": "mpim:history"}
PLURAL = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
ABOUT_THE_APP = {"app_uninstalled", "tokens_revoked"}


@dataclass(slots=True)
class Delivery:
    """One event on its way, and what became of it."""

    event: Json
    event_id: str
    fate: str = "sent"
    answers: list[Answer] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged it, or was not meant to get it now."""
        return self.fate != "sent" or any(answer.ok for answer in self.answers)

    def json(self) -> Json:
        """Return it for a test."""
        told = {"type": self.event["type"], "event_id": self.event_id, "fate": self.fate, "ok": self.ok}
        return told | {"attempts": [answer.json() for answer in self.answers]}


def allowed(ws: Workspace, event: Json) -> bool:
    """Whether the app hears of this kind of event."""
    kind = event["type"]
    if ws.token_state != "good":
        return kind in ABOUT_THE_APP
    name = f"message.{PLURAL[event['channel_type']]}" if kind == "message" else kind
    if ws.subscribed is not None and name not in ws.subscribed:
        return False
    need = HISTORY.get(event.get("channel_type", "")) if kind == "message" else NEEDS.get(kind)
    return need is None or need in ws.scopes


def emit(ws: Workspace, courier: Courier, event: Json) -> Delivery | None:
    """Send an event to the app without waiting for it; None when the app does not hear of it."""
    if not allowed(ws, event):
        return None
    payload = wrapped(ws, event)
    delivery = Delivery(event, payload["event_id"])
    knobs = ws.knobs
    if knobs.concern(event["type"]) and knobs.drop:
        delivery.fate = "dropped"
        ws.journal.add("dropped", payload=payload)
    elif knobs.concern(event["type"]) and knobs.hold:
        delivery.fate = "held"
        knobs.held.append(payload)
    else:
        delivery.task = asyncio.create_task(_deliver(ws, courier, payload, delivery))
        ws.running.add(delivery.task)
        delivery.task.add_done_callback(ws.running.discard)
    return delivery


def wrapped(ws: Workspace, event: Json) -> Json:
    """Return the event as the payload that carries it."""
    who = {"enterprise_id": None, "team_id": ws.team, "user_id": ws.bot_user, "is_bot": True, "is_enterprise_install": False}
    return {
        "token": ws.verification,
        "team_id": ws.team,
        "context_team_id": ws.team,
        "context_enterprise_id": None,
        "api_app_id": ws.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": ws.new_id("Ev"),
        "event_time": int(wall()),
        "authorizations": [who],
        "is_ext_shared_channel": False,
        "event_context": f"4-{ws.new_id('EC')}",
    }


async def _deliver(ws: Workspace, courier: Courier, payload: Json, delivery: Delivery) -> None:
    knobs = ws.knobs if ws.knobs.concern(payload["event"]["type"]) else None
    if knobs and knobs.delay:
        await asyncio.sleep(knobs.delay)
    copies = knobs.copies if knobs else 1
    first = _until_acknowledged(ws, courier, payload, delivery)
    # A copy looks like an event that was sent again, because its acknowledgement was lost.
    rest = [_once(ws, courier, payload, delivery, copy) for copy in range(1, copies)]
    await asyncio.gather(first, *rest)


async def _once(ws: Workspace, courier: Courier, payload: Json, delivery: Delivery, retry: int, reason: str = "timeout") -> Answer:
    answer, _ = await courier.send(ws, "events_api", payload, retry=retry, reason=reason if retry else "")
    delivery.answers.append(answer)
    return answer


async def _until_acknowledged(ws: Workspace, courier: Courier, payload: Json, delivery: Delivery) -> None:
    answer = await _once(ws, courier, payload, delivery, 0)
    for retry, delay in enumerate(ws.settings.event_retry_delays, 1):
        if answer.ok or answer.why in {"no_retry", "no_app"}:
            return
        await asyncio.sleep(delay)
        reason = {"timeout": "http_timeout"}.get(answer.why, answer.why) if ws.transport == "http" else "timeout"
        answer = await _once(ws, courier, payload, delivery, retry, reason)


async def release(ws: Workspace, courier: Courier, seed: int | None, together: bool) -> list[Json]:
    """Let go what was held back, shuffled if there is a seed; one after another, or all at once."""
    payloads = ws.knobs.held * max(1, ws.knobs.copies)
    ws.knobs.held = []
    if seed is not None:
        random.Random(seed).shuffle(payloads)
    deliveries = [Delivery(payload["event"], payload["event_id"]) for payload in payloads]
    going = [_until_acknowledged(ws, courier, payload, delivery) for payload, delivery in zip(payloads, deliveries, strict=True)]
    if together:
        await asyncio.gather(*going)
    else:
        for one in going:
            await one
    return [delivery.json() for delivery in deliveries]


async def settled(deliveries: list[Delivery | None]) -> list[Json]:
    """Wait until the app has acknowledged these events, or Slack has given up; return what became of them."""
    there = [delivery for delivery in deliveries if delivery is not None]
    await asyncio.gather(*(delivery.task for delivery in there if delivery.task is not None))
    return [delivery.json() for delivery in there]

"""What happens when a person types a slash command or starts a shortcut?"""

from tests.slack import responding, typing_in
from tests.slack.acting import Actor, verb
from tests.slack.answers import Answer
from tests.slack.outcomes import NO_ANSWER, Start, about, outcome, response_url, trigger
from tests.slack.posting import told
from tests.slack.signed import Forgery
from tests.slack.tickets import ResponseUrl
from tests.slack.webapi_chat import permalink
from tests.slack.words import ApiError, Json


@verb
async def command(act: Actor, user: str, text: str, channel: str | None = None, forge: Json | None = None) -> Json:
    """Type a command, the slash and all; without a channel in the direct messages with the bot."""
    ws, person = act.ws, act.person(user)
    place = act.place(person, channel)
    name, _, rest = text.strip().partition(" ")
    permit, url = response_url(ws, person, place)
    payload = {
        "token": ws.verification,
        "team_id": ws.team,
        "team_domain": ws.domain,
        "channel_id": place.id,
        "channel_name": place.called,
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": typing_in.command(ws, rest.strip()),
        "api_app_id": ws.app_id,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger(ws, person),
    }
    start = Start.of(ws)
    answer, n = await act.courier.send(ws, "slash_commands", payload, Forgery.of(forge))
    failure = _failure(name, answer) or _said(act, permit, answer)
    return outcome(ws, person, start, answer, n, failure)


def _failure(name: str, answer: Answer) -> str | None:
    if answer.ok:
        return None
    error = {"timeout": "operation_timeout", "http_error": "http_service_error"}.get(answer.why, "dispatch_failed")
    return f'{name} failed with the error "{error}"'


def _said(act: Actor, permit: ResponseUrl, answer: Answer) -> str | None:
    """Show what the app acknowledged the command with."""
    body = answer.body
    if body is None or body == {}:
        return None
    try:
        responding.apply(act.ws, act.courier, permit, {"text": body} if isinstance(body, str) else body, "ack")
    except ApiError as refused:
        act.ws.journal.add("app_error", error=refused.error, more=refused.more)
        return f"The app's answer cannot be shown: {refused.error}"
    return None


@verb
async def shortcut(act: Actor, user: str, callback_id: str, forge: Json | None = None) -> Json:
    """Start a global shortcut."""
    ws, person = act.ws, act.person(user)
    payload = about(ws, person) | {"type": "shortcut", "callback_id": callback_id, "trigger_id": trigger(ws, person), "action_ts": ws.ts()}
    start = Start.of(ws)
    answer, n = await act.courier.send(ws, "interactive", payload, Forgery.of(forge))
    return outcome(ws, person, start, answer, n, None if answer.ok else NO_ANSWER)


@verb
async def message_shortcut(act: Actor, user: str, channel: str | None, ts: str, callback_id: str, forge: Json | None = None) -> Json:
    """Start a shortcut on a message."""
    ws, person = act.ws, act.person(user)
    place = act.place(person, channel)
    message = act.message(place, ts)
    _, url = response_url(ws, person, place, original=message.ts if message.bot_id else None)
    payload = about(ws, person) | {
        "type": "message_action",
        "callback_id": callback_id,
        "trigger_id": trigger(ws, person),
        "response_url": url,
        "action_ts": ws.ts(),
        "message_ts": message.ts,
        "channel": {"id": place.id, "name": place.called},
        "message": message.slack(ws.team, ws.bot_profile),
    }
    start = Start.of(ws)
    answer, n = await act.courier.send(ws, "interactive", payload, Forgery.of(forge))
    return outcome(ws, person, start, answer, n, None if answer.ok else NO_ANSWER)


@verb
async def permalink_(act: Actor, channel: str, ts: str) -> Json:
    """Return a message with its address."""
    place = act.ws.channel(channel)
    message = act.message(place, ts)
    return {"permalink": permalink(act.ws, place, message), "message": told(act.ws, message)}

"""The API's routes for interactions: answer, change the answer, say more. The token in the path is all they need."""

from typing import Any

from tests.discord import answering, posting, shapes
from tests.discord.answering import CHOICES, DEFER, MESSAGE, MODAL, UPDATE
from tests.discord.entities import EPHEMERAL, LOADING, Message
from tests.discord.interactions import Interaction, open_for_answer, open_for_more
from tests.discord.routing import Call, Reply, route
from tests.discord.words import ApiError, Json, wrong


@route("POST", "/interactions/{interaction_id}/{token}/callback", by_token=True)
def callback(call: Call) -> Any:
    """Answer an interaction, once, in time."""
    made = open_for_answer(call.world, call.where["interaction_id"], call.where["token"], call.now)
    kind = call.body.get("type")
    data: Json = call.body.get("data") or {}
    if not isinstance(kind, int):
        raise wrong("type", "This field is required", "BASE_TYPE_REQUIRED")
    try:
        answering.answer(call.world, made, kind, data)
    except ApiError as refused:
        # What is wrong within `data` is told there.
        if refused.code == 50035 and refused.errors and not set(refused.errors) & {"data", "type"}:
            refused.errors = {"data": refused.errors}
        raise
    return Reply(200, _told(call, made, kind)) if call.query.get("with_response") in {"1", "true"} else Reply(204)


def _told(call: Call, made: Interaction, kind: int) -> Json:
    about: Json = {"id": made.id, "type": made.type}
    resource: Json = {"type": kind}
    if made.original is not None and kind in {MESSAGE, DEFER, UPDATE}:
        flags = made.original.flags
        about |= {"response_message_id": made.original.id, "response_message_loading": bool(flags & LOADING)}
        about |= {"response_message_ephemeral": bool(flags & EPHEMERAL)}
        resource["message"] = shapes.message(call.world, made.original)
    return {"interaction": about} | ({} if kind in {CHOICES, MODAL} else {"resource": resource})


def _more(call: Call) -> Interaction:
    return open_for_more(call.world, call.where["application_id"], call.where["token"], call.now)


def _message(call: Call) -> tuple[Interaction, Message]:
    made = _more(call)
    return made, answering.found(call.world, made, call.where["message_id"])


@route("POST", "/webhooks/{application_id}/{token}", by_token=True)
def follow(call: Call) -> Any:
    """Say something more."""
    return Reply(200, shapes.message(call.world, answering.follow(call.world, _more(call), call.body)))


@route("GET", "/webhooks/{application_id}/{token}/messages/{message_id}", by_token=True)
def get(call: Call) -> Json:
    """Return the answer (`@original`) or what followed it."""
    return shapes.message(call.world, _message(call)[1])


@route("PATCH", "/webhooks/{application_id}/{token}/messages/{message_id}", by_token=True)
def change(call: Call) -> Json:
    """Change the answer or what followed it."""
    return shapes.message(call.world, answering.change(call.world, _message(call)[1], call.body))


@route("DELETE", "/webhooks/{application_id}/{token}/messages/{message_id}", by_token=True)
def delete(call: Call) -> Any:
    """Delete the answer or what followed it."""
    posting.remove(call.world, _message(call)[1])
    return Reply(204)

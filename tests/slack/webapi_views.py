"""The methods `views.*`: may the app show this person a modal now, and what may be in it?"""

from tests.slack import stacks
from tests.slack.calling import Call, Method
from tests.slack.tickets import Trigger
from tests.slack.views import View
from tests.slack.words import ApiError, Json


def open_(call: Call) -> Json:
    """views.open."""
    trigger = _trigger(call)
    sent = stacks.checked(call.ws, call.args.json("view", "invalid_arguments"), {"modal"})
    trigger.used = True
    return {"view": stacks.bare(call.ws, stacks.open_(call.ws, trigger.user, sent))}


def push(call: Call) -> Json:
    """views.push."""
    trigger = _trigger(call)
    sent = stacks.checked(call.ws, call.args.json("view", "invalid_arguments"), {"modal"})
    view = stacks.push(call.ws, trigger.user, sent)
    trigger.used = True
    return {"view": stacks.bare(call.ws, view)}


def update(call: Call) -> Json:
    """views.update."""
    view = _named(call)
    _unchanged(call, view)
    external = view.sent.pop("external_id", None)
    try:
        sent = stacks.checked(call.ws, call.args.json("view", "invalid_arguments"), {view.type})
    except ApiError:
        view.sent |= {"external_id": external} if external else {}
        raise
    return {"view": stacks.bare(call.ws, stacks.update(call.ws, view, sent))}


def publish(call: Call) -> Json:
    """views.publish."""
    user = call.ws.users.get(call.args.need("user_id"))
    if user is None or user.deleted:
        raise ApiError("user_not_found")
    before = call.ws.homes.get(user.id)
    if before is not None:
        _unchanged(call, before)
    sent = stacks.checked(call.ws, call.args.json("view", "invalid_arguments"), {"home"})
    return {"view": stacks.bare(call.ws, stacks.publish(call.ws, user.id, sent))}


def _trigger(call: Call) -> Trigger:
    trigger = call.ws.triggers.get(call.args.need("trigger_id"))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if call.now - trigger.made > call.ws.settings.trigger_life:
        raise ApiError("expired_trigger_id")
    return trigger


def _named(call: Call) -> View:
    id_, external = call.args.text("view_id"), call.args.text("external_id")
    for view in call.ws.views.values():
        if (id_ and view.id == id_) or (external and view.sent.get("external_id") == external):
            return view
    raise ApiError("not_found")


def _unchanged(call: Call, view: View) -> None:
    expected = call.args.text("hash")
    if expected and expected != view.hash:
        raise ApiError("hash_conflict")


METHODS = {
    "views.open": Method(open_),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}

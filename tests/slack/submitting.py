"""What happens when a person sends or closes a modal?

Slack's client sends nothing while a required field is empty. What the app then answers decides what the person sees: an error at a
field, another view, the one beneath, or nothing more.
"""

from tests.slack import stacks
from tests.slack.acting import Actor, verb
from tests.slack.answers import Answer
from tests.slack.filling import filled, objection
from tests.slack.outcomes import NO_ANSWER, TROUBLE, Start, about, outcome, trigger
from tests.slack.signed import Forgery
from tests.slack.views import View
from tests.slack.words import ApiError, Impossible, Json
from tests.slack.workspace import User


@verb
async def submit(act: Actor, user: str, values: Json | None = None, view: str | None = None, forge: Json | None = None) -> Json:
    """Enter values, by block id, into the modal that the person sees, and send it."""
    person = act.person(user)
    form = _form(act, person, view)
    _enter(act, form, values or {})
    start = Start.of(act.ws)
    objections = _objections(form)
    if objections:
        told = outcome(act.ws, person, start, None, None, "Slack's client sends nothing while this is not right.")
        return told | {"errors": objections, "sent": False}
    payload = about(act.ws, person) | {
        "type": "view_submission",
        "trigger_id": trigger(act.ws, person, form.id),
        "view": stacks.told(act.ws, form),
        "response_urls": [],
    }
    answer, n = await act.courier.send(act.ws, "interactive", payload, Forgery.of(forge))
    failure, errors = _after(act, person, form, answer) if form.id in act.ws.views else (None, {})
    return outcome(act.ws, person, start, answer, n, failure) | {"errors": errors, "sent": True}


@verb
async def close_view(act: Actor, user: str, all: bool = False) -> Json:
    """Close the modal that the person sees, or the whole stack."""
    ws, person = act.ws, act.person(user)
    form = _form(act, person, None)
    start = Start.of(ws)
    if all:
        closed = stacks.close_all(ws, person.id)
    else:
        stacks.close_top(ws, person.id)
        closed = [form]
    answer, n = None, None
    for one in closed:
        if one.sent.get("notify_on_close"):
            payload = about(ws, person) | {"type": "view_closed", "view": stacks.told(ws, one), "is_cleared": all}
            answer, n = await act.courier.send(ws, "interactive", payload)
    return outcome(ws, person, start, answer, n, NO_ANSWER if answer and not answer.ok else None)


@verb
async def form(act: Actor, user: str) -> Json:
    """Return the modal that a person sees, or None."""
    shown = stacks.top(act.ws, act.ws.user(user).id)
    return {"view": stacks.told(act.ws, shown) if shown else None}


@verb
async def home(act: Actor, user: str) -> Json:
    """Return the Home tab of a person, or None."""
    shown = act.ws.homes.get(act.ws.user(user).id)
    return {"view": stacks.told(act.ws, shown) if shown else None}


def _form(act: Actor, person: User, view: str | None) -> View:
    shown = act.ws.views.get(view) if view else stacks.top(act.ws, person.id)
    if shown is None or shown.user != person.id or shown.type != "modal":
        raise Impossible(f"{person.name} has no modal open")
    return shown


def _enter(act: Actor, form: View, values: Json) -> None:
    fields = {block["block_id"]: (block, element) for block, element in stacks.fields_of(form.blocks)}
    for block_id, value in values.items():
        if block_id not in fields:
            raise Impossible(f"the modal has no field {block_id!r}; it has {', '.join(fields)}")
        _, element = fields[block_id]
        form.typed[block_id, element["action_id"]] = filled(act.ws, element, value)


def _objections(form: View) -> dict[str, str]:
    entered = stacks.values(form)
    inputs = [block for block in form.blocks if block["type"] == "input"]
    said = {block["block_id"]: objection(block, entered[block["block_id"]][block["element"]["action_id"]]) for block in inputs}
    return {block_id: why for block_id, why in said.items() if why is not None}


def _after(act: Actor, person: User, form: View, answer: Answer) -> tuple[str | None, dict[str, str]]:
    """Do what the app's answer says; return the failure that the person sees, and the errors at fields."""
    if not answer.ok:
        return TROUBLE, {}
    body = answer.body
    if body is None or body == {} or body == "":
        stacks.close_top(act.ws, person.id)
        return None, {}
    try:
        return None, _act(act, person, form, body)
    except ApiError as refused:
        # The app is at fault; the person only sees that something is.
        act.ws.journal.add("app_error", error=refused.error, more=refused.more, body=body)
        return TROUBLE, {}


def _act(act: Actor, person: User, form: View, body: Json | str) -> dict[str, str]:
    if not isinstance(body, dict):
        raise ApiError("invalid_response")
    match body.get("response_action"):
        case "errors":
            return _errors(form, body.get("errors"))
        case "clear":
            stacks.close_all(act.ws, person.id)
        case "update":
            own = form.sent.pop("external_id", None)
            try:
                sent = stacks.checked(act.ws, body.get("view"), {"modal"})
            except ApiError:
                form.sent |= {"external_id": own} if own else {}
                raise
            stacks.update(act.ws, form, sent)
        case "push":
            stacks.push(act.ws, person.id, stacks.checked(act.ws, body.get("view"), {"modal"}))
        case other:
            raise ApiError("invalid_response_action", {"response_action": other})
    return {}


def _errors(form: View, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in form.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise ApiError("invalid_errors", {"errors": errors})
    unknown = set(errors) - inputs
    if unknown:
        raise ApiError("unknown_block_ids", {"unknown": sorted(unknown)})
    if not all(isinstance(why, str) and why for why in errors.values()):
        raise ApiError("invalid_errors", {"errors": errors})
    return errors

"""What becomes of an answer to an interaction, and of what follows it?"""

from tests.discord import posting, shapes
from tests.discord.entities import COMMAND as BY_COMMAND
from tests.discord.entities import CONTEXT, DEFAULT, EPHEMERAL, LOADING, REPLY, Message
from tests.discord.forms import checked, checked_modal
from tests.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT, Interaction
from tests.discord.snowflakes import SNOWFLAKES
from tests.discord.words import ApiError, Json, wrong
from tests.discord.world import World

MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


def answer(world: World, made: Interaction, kind: int, data: Json) -> None:
    """Do what an answer says, and let the person go on."""
    _allow(made, kind)
    match kind:
        case 4:
            made.original = _posted(world, made, data)
        case 5:
            made.original = _loading(world, made, data)
        case 6:
            made.original = made.message
        case 7:
            assert made.message is not None
            made.original = _changed(world, made.message, data)
        case 8:
            made.choices = _choices(data)
        case 9:
            made.modal = checked_modal(data)
            world.modals[made.user] = made
            world.journal.add("modal", user=made.user, modal=data, interaction=made.id)
        case _:
            raise AssertionError(kind)
    made.answered = kind
    if not made.waiting.done():
        made.waiting.set_result(None)


def _allow(made: Interaction, kind: int) -> None:
    in_message = made.message is not None
    allowed = {
        COMMAND: {MESSAGE, DEFER, MODAL},
        COMPONENT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL},
        AUTOCOMPLETE: {CHOICES},
        SUBMIT: {MESSAGE, DEFER} | ({DEFER_UPDATE, UPDATE} if in_message else set()),
    }
    if kind not in allowed[made.type]:
        raise wrong("type", f"Value must be one of {sorted(allowed[made.type])}.", "BASE_TYPE_CHOICES")


def _posted(world: World, made: Interaction, data: Json) -> Message:
    return _put(world, _message(world, made, checked(data), _type(made)), data)


def _loading(world: World, made: Interaction, data: Json) -> Message:
    flags = int(data.get("flags") or 0) & EPHEMERAL | LOADING
    return _put(world, _message(world, made, {"flags": flags}, _type(made)), data)


def _put(world: World, message: Message, data: Json) -> Message:
    put = posting.show if message.flags & EPHEMERAL else posting.post
    return put(world, message, data.get("allowed_mentions"))


def _type(made: Interaction) -> int:
    if made.type == COMMAND:
        return BY_COMMAND if made.payload["data"]["type"] == 1 else CONTEXT
    return REPLY if made.message is not None and not made.message.flags & EPHEMERAL else DEFAULT


def _message(world: World, made: Interaction, new: Json, type: int) -> Message:
    message = Message(SNOWFLAKES.now(), made.channel, world.bot, type=type, webhook=world.application, **new)
    message.interaction = {"id": made.id, "type": made.type, "user": shapes.user(world.users[made.user])}
    message.interaction |= {"authorizing_integration_owners": made.payload["authorizing_integration_owners"]}
    if message.flags & EPHEMERAL:
        message.ephemeral_to = made.user
    if type == REPLY and made.message is not None:
        message.reference = {"type": 0, "channel_id": made.channel, "message_id": made.message.id}
    return message


def _changed(world: World, message: Message, data: Json, silently: bool = False) -> Message:
    new = checked(data, message)
    new["flags"] &= ~LOADING
    return posting.change(world, message, new, data.get("allowed_mentions"), silently)


def change(world: World, message: Message, data: Json) -> Message:
    """Change what an interaction has made; what was loading becomes the answer."""
    if not message.flags & LOADING:
        return _changed(world, message, data)
    new = checked(data)
    new["flags"] = message.flags & ~LOADING | new["flags"] & ~EPHEMERAL
    return posting.change(world, message, new, data.get("allowed_mentions"), silently=True)


def follow(world: World, made: Interaction, data: Json) -> Message:
    """Say something more; the first after a deferral becomes the answer itself."""
    if made.loading and made.original is not None:
        return change(world, made.original, data)
    message = _message(world, made, checked(data), REPLY)
    if made.original is not None:
        message.reference = {"type": 0, "channel_id": made.channel, "message_id": made.original.id}
    return _put(world, message, data)


def _choices(data: Json) -> list[Json]:
    choices: list[Json] = data.get("choices") or []
    if len(choices) > 25:
        raise wrong("data.choices", "Must be 25 or fewer in length.")
    for place, choice in enumerate(choices):
        for name in ("name", "value"):
            value = choice.get(name)
            if isinstance(value, str) and not 1 <= len(value) <= 100:
                raise wrong(f"data.choices.{place}.{name}", "Must be between 1 and 100 in length.")
            if value is None:
                raise wrong(f"data.choices.{place}.{name}", "This field is required", "BASE_TYPE_REQUIRED")
    if len({choice["name"] for choice in choices}) < len(choices):
        raise wrong("data.choices", "Choice names must be unique", "APPLICATION_COMMAND_OPTIONS_CHOICES_NAME_NOT_UNIQUE")
    return choices


def found(world: World, made: Interaction, id: str) -> Message:
    """Return `@original` or another message that this interaction made."""
    if id == "@original":
        message = made.original
    else:
        channel = world.channels[made.channel]
        message = channel.messages.get(id) or next((one for one in channel.ephemerals if one.id == id), None)
        if message is not None and (message.interaction or {}).get("id") != made.id and message is not made.original:
            message = None
    if message is None or message.deleted:
        raise ApiError(10008)
    return message

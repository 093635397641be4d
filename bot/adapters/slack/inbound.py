"""What did Slack just tell us? Plain functions from a payload to what the handlers read; they ask nobody and decide nothing.

Who is behind an account, and what is called like what, is told them. What is not for Buckstop comes back as None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack import texts
from bot.adapters.slack.people import PLATFORM
from bot.chat import Pointed, Pressed, Reacted, Said, Submitted
from bot.escalation.case import Place
from bot.escalation.words import CaseId, PersonId
from bot.handlers.parse import case_named

Payload = Mapping[str, Any]
NameOf = Callable[[str, str], str]

AGAIN = "again"  # the action of a button that has something said once more, to open its form
_SPOKEN = ("thread_broadcast", "file_share", "me_message")  # subtypes of messages that people write; most have none


@dataclass(frozen=True, slots=True)
class Message:
    """A message that somebody wrote, as the events tell of it."""

    user: str
    channel: str
    ts: str
    text: str
    thread: str | None = None
    direct: bool = False
    edited: str | None = None  # when it was changed
    files: tuple[str, ...] = ()

    def key(self, workspace: str) -> str:
        """Return what it is known by: the event of a mention and that of the message are the same message."""
        return f"{PLATFORM}/{workspace}/message/{self.channel}/{self.ts}" + (f"/{self.edited}" if self.edited else "")


def message_in(event: Payload) -> Message | None:
    """Return what somebody wrote or changed; None for what programs write, and for what Slack itself says."""
    if event.get("type") == "app_mention" or _spoken(event):
        return _written(event, event)
    if event.get("subtype") == "message_changed":
        return _changed(event)
    return None


def _spoken(message: Payload) -> bool:
    subtype = message.get("subtype")
    return subtype is None or subtype in _SPOKEN


def _written(event: Payload, message: Payload) -> Message | None:
    user, channel, ts = message.get("user"), event.get("channel"), message.get("ts")
    if message.get("bot_id") or not (isinstance(user, str) and isinstance(channel, str) and isinstance(ts, str)):
        return None
    thread = message.get("thread_ts")
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    return Message(user, channel, ts, str(message.get("text") or ""), thread if thread != ts else None, direct, files=files_of(message))


def found(given: Payload, channel: str) -> Message:
    """Return a message as Slack shows it to us; one that a program wrote has no author."""
    user = "" if given.get("bot_id") else str(given.get("user") or "")
    ts, thread = str(given["ts"]), given.get("thread_ts")
    return Message(user, channel, ts, str(given.get("text") or ""), thread if thread != ts else None, files=files_of(given))


def files_of(message: Payload) -> tuple[str, ...]:
    """Return the links of the files that hang on a message."""
    found = (file.get("permalink") for file in message.get("files") or () if isinstance(file, Mapping))
    return tuple(link for link in found if isinstance(link, str) and link)


def _changed(event: Payload) -> Message | None:
    after, before = event.get("message"), event.get("previous_message")
    if not isinstance(after, Mapping) or not isinstance(before, Mapping) or not _spoken(after):
        return None
    # Slack also tells so when it adds a preview or a count of answers.
    if after.get("text") == before.get("text"):
        return None
    said = _written(event, after)
    when = (after.get("edited") or {}).get("ts") or event.get("event_ts") or event.get("ts")
    return said and Message(said.user, said.channel, said.ts, said.text, said.thread, said.direct, str(when), said.files)


def place_of(message: Message, workspace: str, by: PersonId | None) -> Place:
    """Return where a message is. A changed one is spoken of in the thread that hangs on it."""
    conversation = f"@{by}" if message.direct and by is not None else message.channel
    thread = message.thread or (message.ts if message.edited else None)
    return Place(PLATFORM, workspace, conversation, message=message.ts, thread=thread)


def said(message: Message, workspace: str, by: PersonId, name_of: NameOf) -> Said:
    """Return a message as something said."""
    text = with_files(texts.typed(message.text, name_of), message.files)
    return Said(message.key(workspace), by, place_of(message, workspace, by), text, edited=message.edited is not None)


def with_files(text: str, files: tuple[str, ...]) -> str:
    """Return a text with the links of what hangs on it."""
    return "\n".join(part for part in (text, *files) if part)


def mentions(message: Message, bot: str) -> bool:
    """Tell whether a message calls the bot."""
    return f"<@{bot}>" in message.text or f"<@{bot}|" in message.text


def commanded(payload: Payload, workspace: str, by: PersonId, commands: Mapping[str, str], name_of: NameOf) -> Said:
    """Return a slash command as it would be typed here, whatever it is called in Slack."""
    verb = commands.get(str(payload.get("command", "")).removeprefix("/"), "")
    words = texts.typed(str(payload.get("text") or ""), name_of)
    text = " ".join(part for part in ("/case", verb, words) if part)
    place = Place(PLATFORM, workspace, _conversation(str(payload["channel_id"]), by), thread=payload.get("thread_ts"))
    return Said(trigger_key(payload, workspace), by, place, text)


def pressed(payload: Payload, workspace: str, by: PersonId) -> Pressed:
    """Return which button somebody pressed. What it carries is a hint: a case that it names is looked at anew."""
    action = payload["actions"][0]
    about, _, version = str(action.get("value") or "").partition(":")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    button = str(action.get("action_id") or "").partition(":")[0]
    return Pressed(trigger_key(payload, workspace), by, where_pressed(payload, workspace, by), button, _case(about), number)


def where_pressed(payload: Payload, workspace: str, by: PersonId) -> Place:
    """Return in which message or view somebody pressed or sent something."""
    container = payload.get("container") or {}
    channel = container.get("channel_id") or (payload.get("channel") or {}).get("id")
    if not isinstance(channel, str):
        return Place(PLATFORM, workspace, f"@{by}")
    message = container.get("message_ts")
    thread = container.get("thread_ts") or (payload.get("message") or {}).get("thread_ts")
    return Place(PLATFORM, workspace, _conversation(channel, by), message, thread)


def trigger_key(payload: Payload, workspace: str) -> str:
    """Return what a command, a press or a form is known by."""
    return f"{PLATFORM}/{workspace}/trigger/{payload['trigger_id']}"


def submitted(key: str, by: PersonId, place: Place, form: str, values: Mapping[str, Any]) -> Submitted:
    """Return a form that somebody sent."""
    return Submitted(key, by, place, form, values)


def reacted(
    event: Payload, key: str, workspace: str, by: PersonId, found: Message, text: str, author: PersonId | None, link: str | None
) -> Reacted:
    """Return a reaction to a message that was read for it."""
    return Reacted(key, by, _on(found, workspace, by), emoji_in(event), text, author, link)


def emoji_in(event: Payload) -> str:
    """Return which emoji somebody reacted with, whatever its skin is like."""
    return str(event.get("reaction") or "").partition("::")[0]


def pointed(
    payload: Payload, workspace: str, by: PersonId, found: Message, text: str, author: PersonId | None, link: str | None
) -> Pointed:
    """Return a message that somebody chose "Report as a case" on."""
    return Pointed(trigger_key(payload, workspace), by, _on(found, workspace, by), text, author, link)


def _on(found: Message, workspace: str, by: PersonId) -> Place:
    return Place(PLATFORM, workspace, _conversation(found.channel, by), found.ts, found.thread)


def _conversation(channel: str, by: PersonId) -> str:
    """Return a conversation as the handlers call it. Direct messages with Buckstop are the person's own."""
    return f"@{by}" if channel.startswith("D") else channel


def _case(name: str) -> CaseId | None:
    return case_named(name) if name else None

"""What stands in a message: every text, with how Slack reads it?

One walk over text, blocks and attachments, on which both the question "who is notified" and "which links are there" rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.slack.mrkdwn import Link, Mention
from tests.slack.words import Json


@dataclass(frozen=True, slots=True)
class Text:
    """A marked-up text, and what Slack finds in it by itself."""

    text: str
    # Bare addresses.
    links: bool
    # `@here` and its like, and `#names` of channels.
    rooms: bool
    # `@names` of people: only when the sender asks for it.
    names: bool = False


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text of a markdown block: its own way of linking, Slack's way of mentioning."""

    text: str


Found = Text | Markdown | Mention | Link


def in_blocks(blocks: list[Json]) -> Iterator[Found]:
    """Find everything in blocks that notifies or links."""
    for block in blocks:
        yield from in_thing(block)


def in_thing(thing: object) -> Iterator[Found]:
    """Find it in a block, an element, or anything in these."""
    if isinstance(thing, list):
        for part in thing:
            yield from in_thing(part)
    elif isinstance(thing, dict):
        yield from _of_type(thing)


def _of_type(thing: Json) -> Iterator[Found]:
    match thing.get("type"):
        case "mrkdwn":
            automatic = not thing.get("verbatim", False)
            yield Text(thing.get("text", ""), links=automatic, rooms=automatic)
        case "plain_text":
            return
        case "markdown":
            yield Markdown(thing.get("text", ""))
        case "rich_text_section" | "rich_text_quote" | "rich_text_preformatted":
            yield from _rich(thing.get("elements", []))
        case "button" | "workflow_button":
            if thing.get("url"):
                yield Link(thing["url"], thing["text"]["text"])
            yield from in_thing(thing.get("confirm", {}))
        case _:
            for name, value in thing.items():
                if name not in {"value", "action_id", "block_id", "private_metadata"}:
                    yield from in_thing(value)


def _rich(elements: list[Json]) -> Iterator[Found]:
    for element in elements:
        match element.get("type"):
            case "user":
                yield Mention("user", element["user_id"])
            case "usergroup":
                yield Mention("group", element["usergroup_id"])
            case "channel":
                yield Mention("channel", element["channel_id"])
            case "broadcast":
                yield Mention("broadcast", "!" + element["range"])
            case "link":
                yield Link(str(element["url"]), str(element.get("text") or element["url"]))
            case "date" if element.get("url"):
                yield Link(element["url"], str(element.get("fallback", "")))
            case _:
                pass


def in_attachments(attachments: list[Json]) -> Iterator[Found]:
    """Find it in legacy attachments."""
    for attachment in attachments:
        yield from in_blocks(attachment.get("blocks", []))
        for name in ("pretext", "text"):
            yield Text(attachment.get(name, ""), links=True, rooms=False)
        for one in attachment.get("fields", []):
            yield Text(one.get("value", ""), links=True, rooms=False)
        if attachment.get("title_link"):
            yield Link(attachment["title_link"], str(attachment.get("title") or attachment["title_link"]))

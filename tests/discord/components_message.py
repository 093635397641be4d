"""What does Discord refuse of a message besides its components: content, embeds, nonce, and whom it may call?"""

from typing import Any

from tests.discord.components_rules import Rule, Spot, boolean, distinct, many, one_of, snowflake, text, thing
from tests.discord.words import Json

V2 = 1 << 15
# Neither an old message's parts nor what is sent as its own kind of message go with the flag.
_LEGACY = ("content", "embeds", "embed", "poll", "sticker_ids")
_LONGEST_EMBEDS = 6000

_FIELD = thing({"name": text(1, 256), "value": text(1, 1024)}, {"inline": boolean})


def _embed(embed: Json, spot: Spot) -> None:
    if not any(embed.get(name) for name in ("title", "description", "fields", "author", "footer", "image", "thumbnail")):
        spot.fault("the embed is empty")


_EMBED = thing(
    {},
    {
        "title": text(0, 256),
        "description": text(0, 4096),
        "fields": many(_FIELD, 0, 25),
        "footer": thing({"text": text(1, 2048)}, {}),
        "author": thing({"name": text(1, 256)}, {}),
    },
    ("title", "description"),
    _embed,
)


def _mentions(allowed: Json, spot: Spot) -> None:
    for kind in ("users", "roles"):
        ids = allowed.get(kind) or []
        if ids and kind in (allowed.get("parse") or []):
            spot.fault(f"parse names {kind}, and so does the list of {kind}; only one of them may")
        distinct([str(one) for one in ids], spot.at(kind), "the id")
    distinct(allowed.get("parse") or [], spot.at("parse"), "the word")


ALLOWED_MENTIONS = thing(
    {},
    {
        "parse": many(one_of("users", "roles", "everyone"), 0, 3),
        "users": many(snowflake, 0, 100),
        "roles": many(snowflake, 0, 100),
        "replied_user": boolean,
    },
    check=_mentions,
)


def _nonce(value: Any, spot: Spot) -> None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        spot.fault("must be a string or a whole number")
    elif len(str(value)) > 25:
        spot.fault(f"has {len(str(value))} characters, at most 25 are allowed")


def _flags(value: Any, spot: Spot) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        spot.fault("must be a whole number")


def _embeds(payload: Json, spot: Spot) -> None:
    texts = [part for embed in payload.get("embeds") or [] for part in _texts(embed)]
    total = sum(map(len, texts))
    if total > _LONGEST_EMBEDS:
        spot.at("embeds").fault(f"have {total} characters in all, at most {_LONGEST_EMBEDS} are allowed")


def _texts(embed: Json) -> list[str]:
    single = [
        embed.get("title"),
        embed.get("description"),
        (embed.get("footer") or {}).get("text"),
        (embed.get("author") or {}).get("name"),
    ]
    fields = [one[name] for one in embed.get("fields") or [] for name in ("name", "value")]
    return [part for part in [*single, *fields] if part]


ENVELOPE: Rule = thing(
    {},
    {
        "content": text(0, 2000),
        "embeds": many(_EMBED, 0, 10),
        "nonce": _nonce,
        "enforce_nonce": boolean,
        "allowed_mentions": ALLOWED_MENTIONS,
        "flags": _flags,
        "tts": boolean,
        "sticker_ids": many(snowflake, 0, 3),
    },
    ("content", "embeds", "allowed_mentions", "nonce", "flags"),
    _embeds,
)


def legacy_beside_v2(payload: Json, spot: Spot) -> None:
    """Note what a message with the flag must not have."""
    for name in _LEGACY:
        if payload.get(name):
            spot.at(name).fault("cannot be used with the flag of Components V2")


def empty(payload: Json) -> bool:
    """Tell whether nothing is in it that could be shown."""
    content = payload.get("content")
    rest = ("embeds", "components", "poll", "sticker_ids", "attachments")
    return not (isinstance(content, str) and content.strip()) and not any(payload.get(name) for name in rest)

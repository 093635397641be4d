"""How is a message posted so that it is there once, however often it is tried?

It carries a nonce made of its key: for some minutes Discord answers the same nonce with the message that is there already.
"""

import io
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import discord

from bot.adapters.discord import calls
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.layout import PICTURE

_DELETED_AT_MOST = 4  # times within the nonce's window


async def put(client: discord.Client, channel: int, key: str, message: Mapping[str, Any]) -> discord.Message:
    """Post a message, or return the one with this key that was posted just now.

    `png` in it is a picture that its view shows.

    Raises:
        discord.HTTPException: Discord does not take it.
    """
    there = client.get_partial_messageable(channel)
    for times in range(_DELETED_AT_MOST):
        try:
            return await there.send(**_with_file(message), nonce=nonce_of(key, times))
        except discord.NotFound as fault:
            if code_of(fault) != calls.UNKNOWN_MESSAGE:
                raise
        # It was posted, and somebody deleted it: Discord will not take the same nonce for another one. A card has to stand again.
    return await there.send(**_with_file(message), nonce=nonce_of(key, _DELETED_AT_MOST))


def _with_file(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sent: a file can be sent once only, so that each try has one of its own."""
    sent = dict(message)
    png = sent.pop("png", None)
    return sent if png is None else sent | {"file": discord.File(io.BytesIO(png), PICTURE)}


def nonce_of(key: str, times: int = 0) -> str:
    """Return the nonce of a delivery that was deleted so many times: at most 25 characters, the same each time for the same key."""
    return blake2b((key if not times else f"{key}\n{times}").encode(), digest_size=12).hexdigest()

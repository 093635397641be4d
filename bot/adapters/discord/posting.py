"""How is a message posted so that it is there once, however often it is tried?

It carries a nonce made of its key: for some minutes Discord answers the same nonce with the message that is there already.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import discord

from bot.adapters.discord import calls
from bot.adapters.discord.calls import code_of

_DELETED_AT_MOST = 4  # times within the nonce's window


async def put(client: discord.Client, channel: int, key: str, message: Mapping[str, Any]) -> discord.Message:
    """Post a message, or return the one with this key that was posted just now.

    Raises:
        discord.HTTPException: Discord does not take it.
    """
    there = client.get_partial_messageable(channel)
    for times in range(_DELETED_AT_MOST):
        try:
            return await there.send(**message, nonce=nonce_of(key, times))
        except discord.NotFound as fault:
            if code_of(fault) != calls.UNKNOWN_MESSAGE:
                raise
        # It was posted, and somebody deleted it: Discord will not take the same nonce for another one. A card has to stand again.
    return await there.send(**message, nonce=nonce_of(key, _DELETED_AT_MOST))


def nonce_of(key: str, times: int = 0) -> str:
    """Return the nonce of a delivery that was deleted so many times: at most 25 characters, the same each time for the same key."""
    return blake2b((key if not times else f"{key}\n{times}").encode(), digest_size=12).hexdigest()

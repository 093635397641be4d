"""What may somebody do in a channel?

Computed as Discord documents it: the roles, then the channel's overwrites for everyone, for the roles, for the member.
"""

from collections.abc import Iterable

from tests.discord.words import Impossible

BITS = {
    "administrator": 3,
    "manage_channels": 4,
    "manage_guild": 5,
    "add_reactions": 6,
    "view_channel": 10,
    "send_messages": 11,
    "manage_messages": 13,
    "embed_links": 14,
    "attach_files": 15,
    "read_message_history": 16,
    "mention_everyone": 17,
    "use_external_emojis": 18,
    "manage_roles": 28,
    "manage_webhooks": 29,
    "use_application_commands": 31,
    "manage_threads": 34,
    "create_public_threads": 35,
    "create_private_threads": 36,
    "send_messages_in_threads": 38,
    "moderate_members": 40,
    "pin_messages": 51,
}
ALL = sum(1 << bit for bit in BITS.values())


def bits(names: Iterable[str]) -> int:
    """Return permissions as Discord counts them; `send_messages` and `SEND_MESSAGES` are the same."""
    total = 0
    for name in names:
        bit = BITS.get(name.lower())
        if bit is None:
            raise Impossible(f"no permission is called {name!r}; there are {', '.join(sorted(BITS))}")
        total |= 1 << bit
    return total


EVERYONE = bits(
    [
        "view_channel",
        "send_messages",
        "send_messages_in_threads",
        "create_public_threads",
        "create_private_threads",
        "read_message_history",
        "add_reactions",
        "embed_links",
        "attach_files",
        "mention_everyone",
        "use_external_emojis",
        "use_application_commands",
    ]
)
BOT = EVERYONE | bits(["manage_threads", "manage_messages"])
DIRECT = bits(["view_channel", "send_messages", "read_message_history", "add_reactions", "embed_links", "attach_files"])

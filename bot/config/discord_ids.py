"""How Discord's servers, channels, accounts, reactions, tags and shards are written in the file. A wrong id says where to find the
right one."""

import re
from collections.abc import Callable

from bot.config.faults import did_you_mean, listed, shown
from bot.config.plans import FORUM_TAGS, Shards
from bot.config.values import Unfit, ident, text, texts, whole
from bot.config.within import Within, within

_WHERE = {
    "server": "click the server's icon in Discord with the right button",
    "channel": "click the channel in Discord with the right button",
    "account": "click the person in Discord with the right button",
}
_COPY = {"server": "Copy Server ID", "channel": "Copy Channel ID", "account": "Copy User ID"}
_DEVELOPER = "switched on in your settings under Advanced, Developer Mode"
_LONGEST_TAG = 20  # Discord's own limit
_LONGEST_EMOJI = 32
_MOST_SHARDS = 1024


def guilds(value: object) -> list[str]:
    """Read the ids of servers."""
    read = list(dict.fromkeys(_id("server", given) for given in _given(value)))
    if not read:
        raise Unfit("is an empty list; name at least one")
    return read


def channels(value: object) -> dict[str, Within]:
    """Read Discord's channels: what they are called here, and each one's id."""
    if not isinstance(value, dict):
        raise Unfit(f'{shown(value)} is not a table; write it like {{ leadership = "112233445566778800" }}')
    return {ident(name): _in_server(_number(channel)) for name, channel in value.items()}


def accounts(value: object) -> list[Within]:
    """Read a person's accounts; a single one may stand without the brackets."""
    return [Within("", _id("account", given)) for given in _given(value)]


def reactions(value: object) -> list[str]:
    """Read emoji: one that everybody has by itself, a server's own by its name."""
    return [_emoji(given) for given in texts(value)]


def forum_tags(value: object) -> dict[str, str]:
    """Read what a forum's tags are called; a status that is left out has the tag that is called as it is, "" has none."""
    if not isinstance(value, dict):
        raise Unfit(f'{shown(value)} is not a table; write it like {{ resolved = "Solved" }}')
    return {_state(state): _tag(tag) for state, tag in value.items()}


def shards(value: object) -> Shards:
    """Read how many connections there are, and which of them this process has."""
    if not isinstance(value, dict):
        return Shards(whole(0, _MOST_SHARDS)(value))
    if set(value) != {"ids", "of"}:
        raise Unfit("is not which shards of how many; write it like { ids = [0, 1], of = 4 }")
    of, ids = _part("of", whole(1, _MOST_SHARDS), value["of"]), value["ids"]
    if not isinstance(ids, list) or not ids:
        raise Unfit("ids: is not a list of shards; write it like { ids = [0, 1], of = 4 }")
    return Shards(of, tuple(sorted({_part("ids", whole(0, of - 1), shard) for shard in ids})))


def _part(key: str, read: Callable[[object], int], value: object) -> int:
    try:
        return read(value)
    except Unfit as fault:
        raise Unfit(f"{key}: {fault}") from None


def _given(value: object) -> list[str]:
    """Return ids as texts: they are numbers, so people write them without quotes too."""
    if isinstance(value, list):
        return texts([_number(entry) for entry in value])
    return texts(_number(value))


def _number(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**64 else value


def _in_server(value: object) -> Within:
    return within(text(value), lambda server: _id("server", server), lambda bare: _id("channel", bare))


def _id(kind: str, given: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{16,19}", given):
        raise Unfit(
            f'{shown(given)} is no Discord {kind}\'s id, such as "112233445566778899"; {_WHERE[kind]}, then "{_COPY[kind]}" ({_DEVELOPER})'
        )
    return given


def _emoji(given: str) -> str:
    own = re.fullmatch(r"<?a?:?(\w+):?(?:[0-9]+>)?", given, re.ASCII)
    if own and own[1] != given:
        raise Unfit(f'{shown(given)} is no reaction; write the emoji itself, such as "🆘", or a server\'s own by its name: "{own[1]}"')
    if len(given) > _LONGEST_EMOJI or (given.isascii() and not own):
        raise Unfit(f'{shown(given)} is no reaction; write the emoji itself, such as "🆘", or a server\'s own by its name')
    return given


def _state(given: str) -> str:
    if given not in FORUM_TAGS:
        raise Unfit(
            f"{shown(given)} is nothing that becomes of a case; {did_you_mean(given, FORUM_TAGS, f'there are {listed(FORUM_TAGS)}')}"
        )
    return given


def _tag(value: object) -> str:
    if value == "":
        return ""
    given = text(value)
    if len(given) > _LONGEST_TAG:
        raise Unfit(f"{shown(given)} is no forum tag; Discord gives it {_LONGEST_TAG} letters at most")
    return given

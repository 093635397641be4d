"""Find tokens and passwords that somebody wrote into the file. They belong in the environment: files are copied, mailed and committed.

What is found is taken out of what is read on, so that no later fault can quote it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.config.faults import Faults, under

_KEY = re.compile(r"(.*[_-])?(token|secret|password|passwd|api_?key)", re.IGNORECASE)
_OURS = re.compile(r"SLACK_|DISCORD_|BUCKSTOP_|PG")
_SHORTEST = 6  # what is shorter would be taken out of many a word
_DEEPEST = 20  # nothing that the file may hold lies half as deep, and what is unknown is never quoted
_VALUE = re.compile(
    r"""xox[a-z]-|xapp-|xoxe\.            # Slack's bots, users, apps and refresh tokens
      | [A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}   # Discord's bots
      | hooks\.slack\.com/services/ | discord(?:app)?\.com/api/webhooks/ # who knows these addresses may post
    """,
    re.VERBOSE,
)
_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@")
_CURE = {
    "slack": "set it in the environment instead, such as SLACK_BOT_TOKEN, and have a new one made if anybody else has seen this file",
    "discord": "set it in the environment instead, as DISCORD_TOKEN, and have a new one made if anybody else has seen this file",
}


def known(environ: Mapping[str, str], database_url: str) -> frozenset[str]:
    """Return the secrets that the program was given: by the environment, and the password in the address of the database."""
    named = {value.strip() for name, value in environ.items() if _OURS.match(name) and _KEY.match(name)}
    password = urlsplit(database_url).password if "://" in database_url else None
    named |= {password, unquote(password)} if password else set()
    return frozenset(value for value in named if len(value) >= _SHORTEST)


def take_out(raw: dict[str, Any], faults: Faults) -> None:
    """Replace each secret of the tree by None, with a fault that names its place and not the secret."""
    for holder, key, place in list(_strings(raw, "")):
        what = _secret(str(key), holder[key], place)
        if what:
            holder[key] = None
            section = place.partition(".")[0]
            otherwise = "set it in the environment instead, and choose a new one if anybody else has seen this file"
            cure = "put the whole address into BUCKSTOP_DATABASE_URL instead" if section == "database" else _CURE.get(section, otherwise)
            faults.add(place, f"{what} has no place in a file; {cure}")


def _secret(key: str, value: str, place: str) -> str | None:
    if _VALUE.search(value) or (_KEY.fullmatch(key) and ".channels." not in place):
        return "a token"
    return "a password" if _PASSWORD.search(value) else None


def _strings(tree: Any, place: str, depth: int = 0) -> Iterator[tuple[Any, Any, str]]:
    """Every text of the tree with what holds it, its key there and its place."""
    pairs = [(key, under(place, key)) for key in tree] if isinstance(tree, dict) else [(n, f"{place}[{n}]") for n in range(len(tree))]
    for key, inner in pairs:
        if isinstance(tree[key], str):
            yield tree, key, inner
        elif isinstance(tree[key], dict | list) and depth < _DEEPEST:
            yield from _strings(tree[key], inner, depth + 1)

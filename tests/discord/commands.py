"""Would Discord register these application commands?"""

import re
from typing import Any

from tests.discord.words import ApiError, Json, wrong

SUB, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
# So many of each type of command: typed, on a person, on a message.
MOST = {1: 100, 2: 15, 3: 15}
_NAME = re.compile(r"[-_'\w]{1,32}")


def checked(commands: list[Json]) -> None:
    """Refuse what Discord would refuse of all the commands of one place."""
    for kind, most in MOST.items():
        if sum(one.get("type", 1) == kind for one in commands) > most:
            raise ApiError(30032)
    names = [(one.get("type", 1), one.get("name")) for one in commands]
    if len(set(names)) < len(names):
        raise wrong("", "Application command names must be unique", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    for place, one in enumerate(commands):
        _command(one, str(place))


def _command(one: Json, at: str) -> None:
    kind = one.get("type", 1)
    if kind != 1:
        if one.get("description"):
            raise wrong(f"{at}.description", "Context menu commands cannot have description", "APPLICATION_COMMAND_INVALID_DESCRIPTION")
        _length(one, "name", at, 1, 32)
        return
    _named(one, at)
    _length(one, "description", at, 1, 100)
    if _size(one) > 8000:
        raise wrong(at, "Command exceeds maximum size (8000)", "APPLICATION_COMMAND_TOO_LARGE")
    _options(one, at, 0)


def _named(one: Json, at: str) -> None:
    name = one.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.lower():
        raise wrong(f"{at}.name", "Command name is invalid", "APPLICATION_COMMAND_INVALID_NAME")


def _length(one: Json, field: str, at: str, least: int, most: int) -> None:
    value = one.get(field)
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise wrong(f"{at}.{field}", f"Must be between {least} and {most} in length.")


def _options(one: Json, at: str, depth: int) -> None:
    options: list[Json] = one.get("options") or []
    if len(options) > 25:
        raise wrong(f"{at}.options", "Must be 25 or fewer in length.")
    if len({option.get("name") for option in options}) < len(options):
        raise wrong(f"{at}.options", "Option names must be unique", "APPLICATION_COMMAND_OPTIONS_NAME_NOT_UNIQUE")
    optional = False
    for place, option in enumerate(options):
        here = f"{at}.options.{place}"
        if option.get("required") and optional:
            raise wrong(here, "Required options must be placed before non-required options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID")
        optional = optional or not option.get("required")
        _option(option, here, depth)
    kinds = {option.get("type") in {SUB, GROUP} for option in options}
    if len(kinds) > 1:
        words = "Sub-commands and sub-command groups may not be mixed with other options"
        raise wrong(f"{at}.options", words, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID")


def _option(option: Json, at: str, depth: int) -> None:
    kind = option.get("type")
    if kind not in range(1, 12) or (kind in {SUB, GROUP} and depth > (kind == SUB)):
        raise wrong(f"{at}.type", "Value must be one of {1..11}, nested at most twice.", "BASE_TYPE_CHOICES")
    _named(option, at)
    _length(option, "description", at, 1, 100)
    if kind in {SUB, GROUP}:
        _options(option, at, depth + 1)
        return
    choices: list[Any] = option.get("choices") or []
    if len(choices) > 25:
        raise wrong(f"{at}.choices", "Must be 25 or fewer in length.")
    if choices and option.get("autocomplete"):
        words = "Autocomplete options cannot have choices"
        raise wrong(at, words, "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID_CHOICES")
    for place, choice in enumerate(choices):
        _length(choice, "name", f"{at}.choices.{place}", 1, 100)
        if kind == STRING:
            _length(choice, "value", f"{at}.choices.{place}", 1, 100)


def _size(one: Json) -> int:
    total = len(one.get("name") or "") + len(one.get("description") or "")
    total += sum(len(choice["name"]) + len(str(choice["value"])) for choice in one.get("choices") or [])
    return total + sum(_size(option) for option in one.get("options") or [])

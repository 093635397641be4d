"""Do the channels and accounts that a platform's section names meet: each in a workspace or server that is listed, each only once?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.config.faults import listed
from bot.config.reading import Sheet
from bot.config.within import Within

Placed = tuple[str, Within]


@dataclass(frozen=True, slots=True)
class Homes:
    """What a platform consists of: `key` is where the file lists them, `word` what people call one."""

    key: str
    word: str
    ids: list[str]


def lies_in(sheet: Sheet, placed: Iterable[Placed], homes: Homes) -> None:
    """Tell what lies in none of the homes, or could lie in several."""
    for place, given in placed:
        if given.home and given.home not in homes.ids:
            cure = f"choose from {listed(homes.ids)}, or add it there"
            sheet.faults.add(place, f'"{given.home}" is not among {homes.key}; {cure}')
        if not given.home and len(homes.ids) > 1:
            cure = f'write the {homes.word} before it, such as "{homes.ids[0]}/{given.id}"'
            sheet.faults.add(place, f'"{given.id}" does not say in which of the {len(homes.ids)} {homes.word}s; {cure}')


def belongs_to_one(sheet: Sheet, key: str, held: Iterable[tuple[str, Within]], homes: list[str]) -> None:
    """Tell which accounts two people have; `held` are pairs of a person and an account as they wrote it under `key`."""
    holders: dict[Within, str] = {}
    for person, given in held:
        holder = holders.setdefault(given.of(homes), person)
        if holder != person:
            sheet.faults.add(f"people.{person}.{key}", f'"{given}" is {holder}\'s already; an account belongs to one person')


def has_one_name(sheet: Sheet, section: str, channels: Mapping[str, Within], homes: list[str]) -> None:
    """Tell which channels have two names."""
    names: dict[Within, str] = {}
    for name, given in channels.items():
        first = names.setdefault(given.of(homes), name)
        if first != name:
            sheet.faults.add(f"{section}.channels.{name}", f'"{given}" is called "{first}" already; a channel has one name')

"""On which dates does nobody of a country or region work?

The calendars are the `holidays` library's. It is imported when somebody has holidays at all, and of its 250 countries only the
one that is named: all of them cost a quarter of a second and 30 MB.
"""

import importlib
import sys
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from bot.config.faults import listed, shown


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays of a country ("FR") or one of its parts ("GB-ENG"): equal when their codes are."""

    code: str

    def __contains__(self, day: date, /) -> bool:
        return day in _dates(self.code, day.year)


def public_holidays(code: str) -> PublicHolidays:
    """Return the calendar of that code; ValueError says in one sentence which codes come near."""
    given, dash, part = code.strip().partition("-")
    country = _names().get(given.lower())
    if country is None:
        nearest = get_close_matches(given.lower(), (name for name in _names() if len(name) > 3), n=1)
        cure = f'did you mean "{_names()[nearest[0]]}"?' if nearest else 'write a country such as "FR", or a part of one such as "GB-ENG"'
        raise ValueError(f"no holidays are known for {shown(code)}; {cure}")
    return PublicHolidays(f"{country}-{_part(country, part)}" if dash else country)


def _part(country: str, part: str) -> str:
    parts: tuple[str, ...] = _country(country).subdivisions
    aliases: dict[str, str] = _country(country).subdivisions_aliases
    codes = {alias.lower(): code for alias, code in aliases.items()} | {code.lower(): code for code in parts}
    if part.lower() in codes:
        return codes[part.lower()]
    if not parts:
        raise ValueError(f'{country} has the same holidays everywhere; write "{country}"')
    raise ValueError(f'no part of {country} is called {shown(part)}; write "{country}" or one of {listed(f"{country}-{p}" for p in parts)}')


@lru_cache(maxsize=256)
def _dates(code: str, year: int) -> frozenset[date]:
    country, _, part = code.partition("-")
    return frozenset(_country(country)(subdiv=part or None, years=year, expand=False))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """What the library calls a country (france, fr, fra), with its code of two letters."""
    return {name.lower(): code for code, (_, names) in _countries().items() for name in names}


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every country's code with its module and its names there, the class first."""
    from holidays.registry import COUNTRIES

    return {names[1]: (module, tuple(names)) for module, names in COUNTRIES.items()}


@lru_cache(maxsize=64)
def _country(code: str) -> Any:
    """Return the library's class of one country.

    The module is loaded by its file: an import by name would run the package above it, which imports all the others.
    """
    import holidays

    module, (name, *_) = _countries()[code]
    whole = f"holidays.countries.{module}"
    spec = spec_from_file_location(whole, Path(holidays.__file__).parent / "countries" / f"{module}.py")
    if whole in sys.modules or spec is None or spec.loader is None:
        return getattr(importlib.import_module(whole), name)
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return getattr(loaded, name)

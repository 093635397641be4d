"""Make typed tables of the text of a configuration, and gather what does not fit.

A table with faults is still read as far as it goes (the faulty keys count as left out), so that the checks that come after find
their own faults in the same run.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config import shapes, values
from bot.config.faults import ConfigFaults, Fault, Faults, did_you_mean, listed, shown, under
from bot.config.shapes import Names, Shape

Tree = dict[str, Any]
S = TypeVar("S", bound=Shape)


@dataclass
class Sheet:
    """The file as far as it could be read, by places: each table as it stood, and what was understood of it.

    `ids` holds every id of a section, its table readable or not: a person whose hours are wrong is still somebody.
    """

    faults: Faults
    raw: Tree
    stood: dict[str, tuple[type[Shape], Tree]] = field(default_factory=dict)
    tables: dict[str, Shape] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)

    def table(self, shape: type[S]) -> S | None:
        """Return the section of that shape, if it is there."""
        return next((table for table in self.tables.values() if isinstance(table, shape)), None)

    def each(self, shape: type[S], under: str = "") -> Iterator[tuple[str, S]]:
        """Yield the tables of one shape in the order of the file, with their places."""
        return ((place, table) for place, table in self.tables.items() if isinstance(table, shape) and place.startswith(under))


def parse(text: str, file: str) -> Tree:
    """Read TOML; what is not TOML cannot be searched for further faults."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        what, _, place = str(fault).partition(" (at ")
        raise ConfigFaults([Fault(file, place.rstrip(")"), f"this is not TOML: {what[:1].lower()}{what[1:]}")]) from None
    except (RecursionError, ValueError):
        raise ConfigFaults([Fault(file, "", "holds a number too long, or tables nested too deeply, to be read; shorten it")]) from None


def read(raw: Tree, faults: Faults) -> Sheet:
    """Read every section; the faults of shape go to `faults`."""
    sheet = Sheet(faults, raw)
    for section in raw:
        if section not in shapes.SECTIONS:
            cure = did_you_mean(section, shapes.SECTIONS, f"there are {listed(shapes.SECTIONS, 20)}")
            faults.add(under("", section), f"there is no such section; {cure}")
    for section, shape in shapes.TABLES.items():
        if section in raw:
            _keep(sheet, section, shape, raw[section])
    for section, shape in shapes.LISTS.items():
        _read_list(sheet, section, shape, raw.get(section, []))
    for section, shape in shapes.BY_ID.items():
        _read_by_id(sheet, section, shape, raw.get(section, {}))
    return sheet


def _keep(sheet: Sheet, place: str, shape: type[Shape], raw: object) -> None:
    if isinstance(raw, dict):
        sheet.stood[place] = shape, raw
    table = _validated(sheet.faults, place, shape, raw)
    if table is not None:
        sheet.tables[place] = table


def _read_list(sheet: Sheet, section: str, shape: type[Shape], raw: object) -> None:
    sheet.ids[section] = set()
    if not isinstance(raw, list):
        sheet.faults.add(section, f"is not a list of tables; begin each one with [[{section}]], in double brackets")
        return
    first: dict[object, str] = {}
    for n, entry in enumerate(raw):
        place = f"{section}[{n}]"
        name = entry.get("id") if isinstance(entry, dict) else None
        if "id" in shape.model_fields and isinstance(name, str):
            if name in first:
                sheet.faults.add(f"{place}.id", f"{shown(name)} is taken by {first[name]}; give each of them an id of its own")
                continue
            first[name] = place
            sheet.ids[section].add(name)
            place = under(section, name)
        _keep(sheet, place, shape, entry)


def _read_by_id(sheet: Sheet, section: str, shape: type[Shape], raw: object) -> None:
    sheet.ids[section] = set()
    if not isinstance(raw, dict):
        sheet.faults.add(section, f"is not a table of tables; begin each one with [{section}.its-id]")
        return
    reader = values.person_id if section == "rotations" else values.ident
    for name, entry in raw.items():
        sheet.ids[section].add(name)
        place = under(section, name)
        try:
            reader(name)
        except ValueError as fault:
            sheet.faults.add(place, str(fault))
        if section == "chains" and isinstance(entry, dict):
            _read_levels(sheet, place, entry.get("levels", []))
            _keep(sheet, place, shape, {key: value for key, value in entry.items() if key != "levels"})
        else:
            _keep(sheet, place, shape, entry)


def _read_levels(sheet: Sheet, chain: str, levels: object) -> None:
    """Read the levels one by one, so that a fault in one hides nothing of the others."""
    if levels == []:
        sheet.faults.add(f"{chain}.levels", f'is missing; begin with [[{chain}.levels]] and to = "owner"')
    _read_list(sheet, f"{chain}.levels", shapes.Level, levels)


def _validated(faults: Faults, place: str, shape: type[S], raw: object) -> S | None:
    if not isinstance(raw, dict):
        if raw is not None:
            faults.add(place, f"{shown(raw)} is not a table; write its keys under [{place}]")
        return None
    try:
        return shape.model_validate(raw)
    except ValidationError as found:
        errors = found.errors(include_url=False)
    for error in errors:
        _tell(faults, place, shape, error)
    faulty = {str(error["loc"][0]) for error in errors}
    rest = {key: value for key, value in raw.items() if key not in faulty}
    missing = {field.alias or name for name, field in shape.model_fields.items() if field.is_required()} - rest.keys()
    return None if missing else shape.model_validate(rest)


def _tell(faults: Faults, place: str, shape: type[Shape], error: ErrorDetails) -> None:
    key = str(error["loc"][0])
    where = under(place, key)
    keys = {field.alias or name: field for name, field in shape.model_fields.items()}
    match error["type"]:
        case "missing":
            faults.add(where, f"is missing; {keys[key].description}")
        case _ if _taken_out(error["input"]):
            pass  # a secret stood here, and that has been told
        case "extra_forbidden":
            faults.add(where, f"there is no such key; {did_you_mean(key, keys, f'the keys here are {listed(keys, 20)}')}")
        case _:
            faults.add(where, str(error["ctx"]["error"]))


def _taken_out(value: object) -> bool:
    return value is None or (isinstance(value, list) and None in value)


def named_by(shape: type[Shape]) -> Mapping[str, Names]:
    """Return the keys of a shape that name something else of the file."""
    found: dict[str, Names] = {}
    for name, info in shape.model_fields.items():
        inside = [note for part in get_args(info.annotation) for note in getattr(part, "__metadata__", ())]
        for note in (*info.metadata, *inside):
            if isinstance(note, Names):
                found[info.alias or name] = note
    return found

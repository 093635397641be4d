"""Does everything that the file names exist?"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from bot.config import shapes, values
from bot.config.faults import did_you_mean, listed, shown
from bot.config.reading import Sheet, named_by

REQUIRED = {
    "organisation": "begin with [organisation], its name and its zone",
    "people": "add at least two [[people]], one of them the other's manager",
    "services": "add at least one [[services]] with its owner",
    "chains": "add at least one [[chains.standard.levels]], beginning with the owner",
}
_NONE = {"person": "nobody is called", "owner": "nobody is called", "target": "nobody is called", "channel": "no platform has the channel"}


def check(sheet: Sheet) -> None:
    """Tell every section that is missing, and every name that nothing has."""
    for section, cure in REQUIRED.items():
        if not sheet.raw.get(section):
            sheet.faults.add(section, f"is missing; {cure}")
    known = _known(sheet)
    for place, (shape, raw) in sheet.stood.items():
        for key, names in named_by(shape).items():
            # An empty section has been told; telling it again at each of its names would bury the rest.
            if known[names.kind] or names.kind == "channel":
                _look_up(sheet, f"{place}.{key}", raw.get(key), names.kind, known[names.kind])


def _known(sheet: Sheet) -> dict[str, AbstractSet[str]]:
    people, rotations = sheet.ids["people"], sheet.ids["rotations"]
    somebody = people | rotations if people else set[str]()
    return {
        "person": people,
        "owner": somebody,
        "target": somebody | {"owner", "manager"} if somebody else somebody,
        "service": sheet.ids["services"],
        "chain": sheet.ids["chains"],
        "channel": channels(sheet),
    }


def channels(sheet: Sheet) -> set[str]:
    """Return every channel that a platform of the file has, as `local:help`."""
    slack, discord = sheet.table(shapes.Slack), sheet.table(shapes.Discord)
    named = {"local": local_channels(sheet), "slack": slack.channels if slack else (), "discord": discord.channels if discord else ()}
    return {f"{platform}:{channel}" for platform, names in named.items() for channel in names}


def local_channels(sheet: Sheet) -> list[str]:
    """Return the local workspace's channels: those that its section lists, else "help" and whichever the file names elsewhere."""
    local = sheet.table(shapes.Local)
    if local is not None and "channels" in local.model_fields_set:
        return local.channels
    return list(dict.fromkeys(["help", *_named_channels(sheet)]))


def _named_channels(sheet: Sheet) -> Iterator[str]:
    for shape, raw in sheet.stood.values():
        for key, names in named_by(shape).items():
            for word in _listing(raw.get(key)) if names.kind == "channel" else ():
                platform, _, name = word.strip().partition(":") if isinstance(word, str) else ("", "", "")
                if platform == "local" and values.ID.fullmatch(name):
                    yield name


def _listing(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def in_full(channel: str, sheet: Sheet) -> str:
    """Return a channel with its platform: "help" is "local:help" if no other platform has one of that name."""
    known = channels(sheet)
    found = [channel] if channel in known else [full for full in known if full.partition(":")[2] == channel]
    return found[0] if len(found) == 1 else channel


def _look_up(sheet: Sheet, place: str, value: object, kind: str, known: AbstractSet[str]) -> None:
    for n, word in enumerate(_listing(value)):
        meant = word.strip() if isinstance(word, str) else ""
        if meant and (in_full(meant, sheet) if kind == "channel" else meant) not in known:
            none = _NONE.get(kind, f"there is no {kind}")
            cure = did_you_mean(meant, known, _otherwise(kind, known))
            sheet.faults.add(f"{place}[{n}]" if isinstance(value, list) else place, f"{none} {shown(meant)}; {cure}")


def _otherwise(kind: str, known: AbstractSet[str]) -> str:
    if kind == "channel":
        return f"choose from {listed(sorted(known))}, or add it to its platform's channels"
    return f"choose from {listed(sorted(known))}"

"""What does a person read in a modal, before they fill it in?

A line for each field, its description below it, and what stands in it in brackets.
"""

from collections.abc import Iterator

from tests.discord.markdown import as_read
from tests.discord.markdown_pieces import Known
from tests.discord.words import Json


def modal(view: Json, known: Known) -> Iterator[str]:
    """Return the lines of a modal."""
    yield f"[{view['title']}]"
    for component in view["components"]:
        match component["type"]:
            case 18:
                yield from _label(component, known)
            case 10:
                yield as_read(component["content"].strip(), known)
            case _:
                for child in component.get("components") or []:
                    yield f"{child.get('label')}{_optional(child)}: {_field(child, known)}"


def _label(label: Json, known: Known) -> Iterator[str]:
    child = label["component"]
    yield f"{label['label']}{_optional(child)}: {_field(child, known)}"
    if label.get("description"):
        yield f"  {label['description']}"


def _optional(child: Json) -> str:
    # A checkbox cannot be required.
    return "" if child.get("required", True) or child["type"] == 23 else " (optional)"


def _field(child: Json, known: Known) -> str:
    match child["type"]:
        case 4:
            return f"[{child.get('value') or child.get('placeholder') or ''}]"
        case 3:
            return _select(child)
        case 21:
            return _choices(child, "(x)", "( )")
        case 22:
            return _choices(child, "[x]", "[ ]")
        case 23:
            return "[x]" if child.get("default") else "[ ]"
        case 19:
            return "[a file]"
        case _:
            names = [known.names.get(str(one["id"]), known.channels.get(str(one["id"]), "?")) for one in child.get("default_values") or []]
            return f"[{', '.join(names) or child.get('placeholder') or ''}]"


def _select(child: Json) -> str:
    chosen = any(option.get("default") for option in child["options"])
    shown = "" if chosen else f"[{child.get('placeholder') or ''}] "
    return shown + _choices(child, "(x)", "( )")


def _choices(child: Json, on: str, off: str) -> str:
    return "  ".join(f"{on if option.get('default') else off} {option['label']}" for option in child.get("options") or [])

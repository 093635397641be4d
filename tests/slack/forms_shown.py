"""What does a person read in a modal or a Home tab, its fields included?"""

from collections.abc import Callable, Iterable, Iterator

from tests.slack.words import Json


def view(view: Json, read: Callable[[Json], Iterable[str]]) -> Iterator[str]:
    """Return the lines of a view; `read` reads every block that is no field."""
    if view.get("title"):
        yield f"[{view['title']['text']}]"
    for block in view["blocks"]:
        if block["type"] == "input":
            yield from _input(block)
        else:
            yield from read(block)
    ends = [view[name]["text"] for name in ("close", "submit") if view.get(name)]
    if ends:
        yield " ".join(f"({end})" for end in ends)


def _input(block: Json) -> Iterator[str]:
    optional = " (optional)" if block.get("optional") else ""
    yield f"{block['label']['text']}{optional}: {field(block['element'])}".rstrip()
    if block.get("hint"):
        yield f"  {block['hint']['text']}"


def field(element: Json) -> str:
    """Return what stands in a field before anything is entered."""
    options = [*element.get("options", []), *(one for group in element.get("option_groups", []) for one in group["options"])]
    if options:
        picked = element.get("initial_options") or [element.get("initial_option")]
        return "  ".join(("(x) " if option in picked else "( ) ") + str(option["text"]["text"]) for option in options)
    for name, value in element.items():
        if name.startswith("initial_") and value not in (None, "", []):
            return f"[{value if not isinstance(value, list) else ', '.join(map(str, value))}]"
    placeholder = element.get("placeholder")
    return f"[{placeholder['text'] if placeholder else ''}]"

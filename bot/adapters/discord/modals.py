"""What does a form look like as a modal of Discord's, and what did somebody fill in? Pure, both ways.

A modal takes five questions, so a longer form has several pages. What comes back is read from the payload itself and not from the library's
modal, so that one which was opened before a restart still works; and without trust in its shape, since anybody can send one.

Discord's picker knows only people who are in Discord. Each question for a person is therefore two: the picker, and a line for a name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.adapters.discord.pieces import size
from bot.adapters.discord.texts import whole
from bot.chat import Field, Form
from bot.escalation.words import PersonId
from bot.wording.plain import counted, shortened

# Discord's limits (docs.discord.com/developers/components): questions in a modal, a text, options, an option's label and value.
MOST_QUESTIONS, LONGEST_TEXT, MOST_OPTIONS, LONGEST_OPTION = 5, 4000, 25, 100
LONGEST_TITLE, LONGEST_LABEL, LONGEST_HINT = 45, 45, 100
# Behind a field's name: the name of a person who is not picked. It goes before whom somebody picks, unless it stood there already.
_OTHER, _KEPT = ".other", ".kept"
_YES = ("yes", "true", "1")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TEXT, _STRINGS, _USERS, _RADIO, _CHECK = 4, 3, 5, 21, 23  # types of components
_ROW, _LABEL = 1, 18

Item = ui.Item[Any]


class Modal(ui.Modal):
    """A page of a form. The library keeps nothing of it: many are opened and never sent, and what is sent is read from its payload."""

    def is_finished(self) -> bool:
        """Tell the library that nothing waits for it."""
        return True


def pages(form: Form) -> list[tuple[Field, ...]]:
    """Return the fields of a form, page by page, in their order; what has to be filled in comes first where only its page would change."""
    fields = _required_first(form.fields)
    found: list[list[Field]] = [[]]
    for field in fields:
        if _questions(found[-1]) + _questions([field]) > MOST_QUESTIONS:
            found.append([])
        found[-1].append(field)
    return [tuple(page) for page in found]


def modal(
    form: Form,
    page: int,
    values: Mapping[str, str],
    accounts: Mapping[PersonId, str],
    custom_id: str,
    wrong: Mapping[str, str] | None = None,
) -> ui.Modal:
    """Return a page of a form, the first one being 0, as a modal.

    `values` are what was filled in before, which goes before what the form suggests; `accounts` those of the people who are named in them;
    `wrong` says under a field what is wrong with its value.
    """
    every = pages(form)
    number = f" ({page + 1} of {len(every)})" if len(every) > 1 else ""
    drawn = Modal(title=_one_line(form.title, LONGEST_TITLE - len(number)) + number, custom_id=custom_id, timeout=None)
    for field in every[page]:
        for question in _asked(field, values.get(field.name, field.value or ""), accounts, (wrong or {}).get(field.name)):
            drawn.add_item(question)
    return drawn


def values_of(data: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what was filled in by name, and the accounts that were picked by name: those still have to be told whose they are."""
    values: dict[str, str] = {}
    accounts: dict[str, str] = {}
    for component in _components(data.get("components")):
        name = component.get("custom_id")
        value = _value(component)
        if not isinstance(name, str) or value is None:
            continue
        if component["type"] == _USERS:
            accounts |= {name: value} if value else {}
        else:
            values[name] = value
    for name, kept in [(name, name.endswith(_KEPT)) for name in values if name.endswith((_OTHER, _KEPT))]:
        _or_by_name(name.removesuffix(_KEPT if kept else _OTHER), values.pop(name), values, accounts, kept=kept)
    return values, accounts


def _or_by_name(name: str, said: str, values: dict[str, str], accounts: dict[str, str], *, kept: bool) -> None:
    if said.strip() and not (kept and name in accounts):
        values[name] = said
        accounts.pop(name, None)
    elif name not in accounts:
        values.setdefault(name, "")


def settled(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """Return values with the ids of what was written in place of being chosen: "A supplier" is `supplier`."""
    known = {
        field.name: {
            said.strip().casefold(): option.id for option in (*field.options, *field.suggestions) for said in (option.label, option.id)
        }
        for field in form.fields
    }
    return {name: known.get(name, {}).get(value.strip().casefold(), value) for name, value in values.items()}


def _required_first(fields: Sequence[Field]) -> list[Field]:
    """Return the fields so that the first page has as many as it can of those that have to be filled in."""
    first = [field for field in fields if field.required]
    if _questions(fields) <= MOST_QUESTIONS or _questions(first) > MOST_QUESTIONS:
        return list(fields)
    for field in fields:
        if not field.required and _questions([*first, field]) <= MOST_QUESTIONS:
            first.append(field)
    page = [field for field in fields if field in first]
    return [*page, *(field for field in fields if field not in first)]


def _questions(fields: Sequence[Field]) -> int:
    return sum(2 if field.type == "person" else 1 for field in fields)


def _asked(field: Field, value: str, accounts: Mapping[PersonId, str], wrong: str | None) -> Iterator[Item]:
    """Yield a field's questions."""
    if field.type != "person":
        component, hint = _component(field, value)
        yield _label(field.label, component, wrong or hint)
        return
    account = accounts.get(PersonId(value))
    either = "Pick somebody, or write a name below." if field.required else None
    yield _label(field.label, _picker(field.name, account), wrong or either)
    written = "" if account else value
    other = Field(f"{field.name}{_KEPT if written else _OTHER}", "Or by name, if they are not in Discord", "text")
    yield _label(other.label, _input(other, written), None)


def _component(field: Field, value: str) -> tuple[Item, str | None]:
    match field.type:
        case "select" if 0 < len(field.options) <= MOST_OPTIONS:
            return _select(field, value), None
        case "select":
            label = next((option.label for option in field.options if option.id == value), value)
            return _input(field, label), _for_example([option.label for option in field.options])
        case "check":
            return ui.Checkbox(custom_id=field.name, default=value in _YES), None
        case "time":
            return _input(field, value, 'For example "Friday 15:00", or "2d" for two working days'), None
        case "number":
            return _input(field, value, "A number"), None
        case _:
            more = size(value) - LONGEST_TEXT
            hint = _cut_off(more) if more > 0 else _for_example([option.id for option in field.suggestions])
            return _input(field, value), hint


def _label(text: str, component: Item, hint: str | None) -> Item:
    return ui.Label(text=_one_line(text, LONGEST_LABEL), component=component, description=_one_line(hint, LONGEST_HINT) if hint else None)


def _for_example(words: Sequence[str]) -> str | None:
    """Return some of what could be written, as much of it as can be shown."""
    shown = ""
    for number, word in enumerate(words):
        longer = f"{shown}, {word}" if shown else f"For example: {word}"
        if len(longer) + (3 if number + 1 < len(words) else 0) > LONGEST_HINT:
            return f"{shown}, …" if shown else None
        shown = longer
    return shown or None


def _cut_off(more: int) -> str:
    return f"Discord's forms take {LONGEST_TEXT:,} characters. Left out at the end of yours: {counted(more, 'character')}."


def _input(field: Field, value: str, placeholder: str | None = None) -> Item:
    long = field.type == "long"
    text = whole(_CONTROLS.sub(" ", value)) if long else " ".join(whole(_CONTROLS.sub(" ", value)).split())
    return ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        default=_beginning(text) if text.strip() else None,
        placeholder=placeholder,
        required=field.required,
        max_length=LONGEST_TEXT,
    )


def _beginning(text: str) -> str:
    """Return as much of a text as a form takes, whole characters only."""
    return text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")


def _select(field: Field, value: str) -> Item:
    labels = {option.id[:LONGEST_OPTION]: _one_line(option.label, LONGEST_OPTION) for option in field.options}
    drawn = [discord.SelectOption(label=label, value=option, default=option == value) for option, label in labels.items()]
    return ui.Select(custom_id=field.name, options=drawn, required=field.required, min_values=1 if field.required else 0)


def _picker(name: str, account: str | None) -> Item:
    chosen = [discord.SelectDefaultValue(id=int(account), type=discord.SelectDefaultValueType.user)] if account else []
    return ui.UserSelect(custom_id=name, required=False, min_values=0, default_values=chosen)


def _one_line(text: str, longest: int) -> str:
    return shortened(text, longest).text or "…"


def _components(things: Any) -> Iterator[Mapping[str, Any]]:
    """Yield what was filled in, in whatever it is wrapped: in labels, or as older clients do in rows."""
    for thing in things if isinstance(things, list) else []:
        if not isinstance(thing, Mapping):
            continue
        match thing.get("type"):
            case kind if kind == _LABEL:
                yield from _plain([thing.get("component")])
            case kind if kind == _ROW:
                yield from _plain(thing.get("components"))
            case _:
                yield from _plain([thing])


def _plain(things: Any) -> Iterator[Mapping[str, Any]]:
    return (thing for thing in (things if isinstance(things, list) else []) if isinstance(thing, Mapping))


def _value(component: Mapping[str, Any]) -> str | None:
    """Return what was filled in; "" for what was left empty, None for what is no answer at all."""
    value, values = component.get("value"), component.get("values")
    match component.get("type"):
        case kind if kind in (_TEXT, _RADIO):
            return whole(value) if isinstance(value, str) else "" if value is None else None
        case kind if kind == _CHECK:
            return ("yes" if value else "") if isinstance(value, bool) else None
        case kind if kind == _STRINGS:
            return _first(values)
        case kind if kind == _USERS:
            first = _first(values)
            return first if first is None or first == "" or re.fullmatch("[0-9]{1,20}", first) else None
        case _:
            return None


def _first(values: Any) -> str | None:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return None
    return whole(values[0]) if values else ""

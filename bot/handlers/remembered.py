"""Keep a reply as JSON, and make it again: the same event a second time is answered the same, after a restart too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.chat import Button, Field, Form, Line, Moment, Option, Part, Reply, Typed, Who
from bot.escalation.words import CaseId, PersonId

_CHOICES = ("options", "suggestions")


def to_json(reply: Reply) -> dict[str, Any]:
    """Return the reply as JSON; what is empty is left out."""
    every = {
        "lines": [[_part(part) for part in line] for line in reply.instead or reply.lines],
        "form": _form(reply.form) if reply.form else None,
        "errors": dict(reply.errors),
        "refused": reply.refused,
        "case": reply.case,
        "buttons": [_button(button) for button in reply.buttons],
        "quiet": reply.quiet,
        "told": reply.told,
    }
    return {name: value for name, value in every.items() if value}


def from_json(kept: Mapping[str, Any]) -> Reply:
    """Return the reply that was kept."""
    return Reply(
        lines=tuple(_line(line) for line in kept.get("lines", ())),
        form=_form_again(kept["form"]) if kept.get("form") else None,
        errors=dict(kept.get("errors", {})),
        refused=kept.get("refused", False),
        case=CaseId(kept["case"]) if kept.get("case") else None,
        buttons=tuple(_button_again(button) for button in kept.get("buttons", ())),
        quiet=kept.get("quiet", False),
        told=kept.get("told", False),
    )


def _part(part: Part) -> str | dict[str, Any]:
    match part:
        case str():
            return part
        case Typed(text):
            return {"typed": text}
        case Who(person, name, notify):
            return {"who": person, "name": name, "notify": notify}
        case Moment(at):
            return {"at": at.isoformat()}


def _line(kept: list[Any]) -> Line:
    return tuple(_part_again(part) for part in kept)


def _part_again(kept: Any) -> Part:
    if isinstance(kept, str):
        return kept
    if "typed" in kept:
        return Typed(kept["typed"])
    if "who" in kept:
        return Who(PersonId(kept["who"]), kept["name"], kept["notify"])
    return Moment(datetime.fromisoformat(kept["at"]))


def _button(button: Button) -> dict[str, Any]:
    return {"id": button.id, "label": button.label, "case": button.case, "version": button.version, "style": button.style}


def _button_again(kept: Mapping[str, Any]) -> Button:
    return Button(**kept)


def _form(form: Form) -> dict[str, Any]:
    return {"id": form.id, "title": form.title, "fields": [_field(field) for field in form.fields]}


def _field(field: Field) -> dict[str, Any]:
    every = {name: getattr(field, name) for name in ("name", "label", "type", "required", "value")}
    return every | {name: [[option.id, option.label] for option in getattr(field, name)] for name in _CHOICES}


def _form_again(kept: Mapping[str, Any]) -> Form:
    choices = ({name: tuple(Option(*option) for option in field.get(name, ())) for name in _CHOICES} for field in kept["fields"])
    fields = (Field(**{**field, **chosen}) for field, chosen in zip(kept["fields"], choices, strict=True))
    return Form(kept["id"], kept["title"], tuple(fields))

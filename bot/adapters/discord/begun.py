"""How far has somebody come with a form, and how does Discord carry that about? Pure.

A form of several pages, one that has to be changed, or one that a button opens is kept as a draft; buttons and modals carry its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.chat import Form

OPEN, SEND = "o/", "s/"  # what a button of a draft does with it
_WHAT = "What is wrong? The first line is its title"


@dataclass(frozen=True, slots=True)
class Begun:
    """A form as far as somebody has come with it: its values, what is wrong with them, and the page that is next."""

    form: Form
    values: dict[str, str]
    page: int = 0
    wrong: dict[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"form": self.form.id, "values": self.values, "page": self.page, "wrong": self.wrong or {}}


def as_it_is(form: Form) -> Begun:
    """Return a form that nobody has filled in yet."""
    return Begun(form, filled(form))


def shown(form: Form) -> Form:
    """Return a form as Discord shows it, five questions at a time.

    A report is sent by one form, so its first line is its title. A fix is sent by two at level 0: whose budget paid is left to
    `/case cost`; unless that is said, it is the service's.
    """
    if form.id.startswith("resolve:"):
        return replace(form, fields=tuple(field for field in form.fields if field.name != "budget"))
    if not _is_report(form):
        return form
    fields = [field for field in form.fields if field.name != "title"]
    return replace(form, fields=tuple(replace(field, label=_WHAT, required=True) if field.name == "text" else field for field in fields))


def filled(form: Form) -> dict[str, str]:
    """Return what is filled in from the start, of what Discord's form has."""
    given = {field.name: field.value for field in form.fields if field.value}
    if _is_report(form) and (title := given.pop("title", None)):
        given.setdefault("text", title)
    return given


def _is_report(form: Form) -> bool:
    return form.id.startswith("report:")


def modal_id(begun: Begun, key: str | None) -> str:
    """Return what a modal carries: the page, the draft that holds the others, and which form it is."""
    return f"m:{begun.page}:{key or '-'}:{begun.form.id}"


def modal_meant(custom_id: str) -> tuple[int, str | None, str] | None:
    """Return page, draft and form of a modal; None if it is none of ours."""
    parts = custom_id.split(":", 3)
    if len(parts) != 4 or parts[0] != "m" or not parts[1].isascii() or not parts[1].isdigit():
        return None
    return int(parts[1]), None if parts[2] == "-" else parts[2], parts[3]


def custom_id_of(interaction: discord.Interaction[Any]) -> str:
    """Return what a button, a list or a modal carries."""
    data: Mapping[str, Any] = interaction.data or {}
    return str(data.get("custom_id") or "")

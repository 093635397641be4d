"""What did the caller mean?

Plain functions from a JSON body to checked values. Each fault is one sentence that names the field; nothing here waits, reads or
writes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.local.workspace import LONGEST, PLATFORM, WORKSPACE, Fault, quoted
from bot.chat import Button
from bot.escalation.case import Place
from bot.escalation.words import CaseId, case_name
from bot.ports import Letter

_LONGEST_NAME = 200  # an id, a key, a button: nothing that anybody types at length
_MOST_FIELDS = 100

# What people call a verb, and what its button is called.
VERBS = {"acknowledge": "ack", "hand_over": "handover", "hand-over": "handover", "still_broken": "reopen", "still broken": "reopen"}


def read_json(raw: bytes) -> "Body":
    """Read a request's body; Fault 400 says what is wrong with it."""
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Fault(400, "The body is not JSON in UTF-8.") from None
    if not isinstance(body, dict):
        raise Fault(400, 'The body must be a JSON object, such as {"as": "ana", "text": "hello"}.')
    _must_be_storable(body, "The body")
    return Body(body)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _must_be_storable(value: object, where: str) -> None:
    # Half a surrogate pair has no UTF-8, and no database keeps a NUL: found here, it is the caller's fault and not ours.
    match value:
        case str() if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise Fault(400, f"{where} has a character in it that is not text.")
        case dict():
            for name, part in value.items():
                _must_be_storable(name, "A field's name")
                _must_be_storable(part, f'"{name}"')
        case list():
            for part in value:
                _must_be_storable(part, where)
        case _:
            return


@dataclass(frozen=True, slots=True)
class Body:
    """A request's fields, asked for by name and type."""

    fields: Mapping[str, Any]

    def name(self, field: str) -> str:
        """Return a required id or name."""
        value = self.optional(field)
        if value is None:
            raise Fault(400, f'"{field}" is missing.')
        return value

    def optional(self, field: str) -> str | None:
        """Return an id or name, if it is given and not empty."""
        value = self._string(field)
        if value is not None and len(value) > _LONGEST_NAME:
            raise Fault(400, f'"{field}" is too long: at most {_LONGEST_NAME} characters.')
        return value.strip() or None if value is not None else None

    def text(self, field: str) -> str:
        """Return a text that somebody typed: something, and not more than one message holds."""
        value = self._string(field)
        if value is None or not value.strip():
            raise Fault(400, f'"{field}" is empty: say something.')
        if len(value) > LONGEST:
            raise Fault(413, too_long(value))
        return value

    def case(self) -> CaseId | None:
        """Return the case that is meant, if one is named: "C-42", "42" or 42."""
        value = self.fields.get("case")
        return None if value is None else case_number(str(value) if type(value) is int else self.name("case"))

    def values(self) -> tuple[dict[str, str | int | float | bool | None], dict[str, str]]:
        """Return what was filled in, and the fields that are too long to keep."""
        given = self.fields.get("values", {})
        if not isinstance(given, dict) or len(given) > _MOST_FIELDS:
            raise Fault(400, '"values" must be an object: the name of each field with what was filled in.')
        for name, value in given.items():
            if not isinstance(value, str | int | float | bool | None):
                raise Fault(400, f'"values.{name}" must be a text, a number, true, false or null.')
        return given, {name: too_long(value) for name, value in given.items() if isinstance(value, str) and len(value) > LONGEST}

    def _string(self, field: str) -> str | None:
        value = self.fields.get(field)
        if value is not None and not isinstance(value, str):
            raise Fault(400, f'"{field}" must be a text.')
        return value


def too_long(text: str) -> str:
    """Return the sentence for a text that is too long."""
    return f"That is too long: {len(text):,} characters, and at most {LONGEST:,} fit. Nothing was kept; please shorten it."


def case_number(name: str) -> CaseId:
    """Return the number behind `42` or `C-42`; Fault 404 if it can be no case's."""
    digits = name.strip().upper().removeprefix("C-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise Fault(404, f"There is no case {quoted(name)}; a case is called C-42, say.")
    return CaseId(int(digits))


def place_of(letter: Letter) -> Place:
    """Return where a letter is."""
    return Place(PLATFORM, WORKSPACE, letter.to, message=letter.id, thread=letter.thread)


@dataclass(frozen=True, slots=True)
class Press:
    """Which button of a message is meant."""

    button: str
    case: CaseId | None
    version: int | None


def pressed(letter: Letter, button: str, case: CaseId | None) -> Press:
    """Find the button that is meant: by its id, by another name of its verb, or as `ack:C-42`.

    A message that was edited may have lost it between the reader's eye and finger. It is passed on then, since whoever decides
    says how the case stands now; a button that the message never had is Fault 404.
    """
    verb, case = _verb(letter, button, case)
    fitting = [b for b in letter.buttons if _canonical(b.id) == verb and case in (None, b.case)]
    if len({b.case for b in fitting}) > 1:
        names = ", ".join(case_name(b.case) for b in fitting if b.case is not None)
        raise Fault(400, f'Several cases are in this message; say which one is meant with "case": {names}.')
    if fitting:
        return Press(fitting[0].id, fitting[0].case or letter.case, fitting[0].version)
    about = {letter.case, *letter.cases} - {None}
    if letter.edited is not None and verb in STALE and (case in about or (case is None and len(about) == 1)):
        return Press(verb, case or next(iter(about)), None)
    raise Fault(404, f"This message has no button {quoted(button)}{_buttons(letter.buttons)}")


# Verbs whose buttons come and go as a card is edited.
STALE = frozenset(
    {
        "ack", "promise", "ask", "answer", "handover", "accept", "decline", "take", "resolve", "confirm", "reopen", "escalate",
        "moretime", "withdraw", "chase", "metoo", "key",
    }
)  # fmt: skip


def _verb(letter: Letter, button: str, case: CaseId | None) -> tuple[str, CaseId | None]:
    exact = any(b.id == button for b in letter.buttons)
    verb, colon, about = button.rpartition(":")
    if not exact and colon and about.strip().upper().startswith("C-"):
        return _canonical(verb), case or case_number(about)
    return _canonical(button), case


def _canonical(button: str) -> str:
    plain = button.strip()
    return VERBS.get(plain.casefold(), plain)


def _buttons(buttons: tuple[Button, ...]) -> str:
    there = ", ".join(dict.fromkeys(b.id for b in buttons))
    return f"; it has {there}." if there else "; it has none."

"""What is said to Buckstop and what it says, in words that no platform owns.

An adapter turns its payloads into `Inbound` values and draws `Reply`, `Card` and `Form`. Text that a person typed travels as
`Typed`, so that each platform can take the mentions and the formatting out of it in its own way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from bot.escalation.case import Place
from bot.escalation.words import CaseId, PersonId


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed: shown as it stands, with no power to mention anybody or to format anything."""

    text: str


@dataclass(frozen=True, slots=True)
class Who:
    """A person, by name; `notify` where the platform should call them."""

    person: PersonId
    name: str
    notify: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, shown in the reader's zone as people say it ("today 14:00")."""

    at: datetime


Part = str | Typed | Who | Moment
Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be pressed. Its id is its verb; it is checked against the person's role when it is pressed."""

    id: str
    label: str
    case: CaseId | None = None
    version: int | None = None
    style: Literal["primary", "danger", "plain"] = "plain"


@dataclass(frozen=True, slots=True)
class ChartDay:
    """One day of a chart: how many cases were fixed, how many of them only after escalation, and what contacts a fix took on average."""

    day: date
    fixes: int
    escalated_fixes: int
    contacts: float | None  # None where nothing was fixed


@dataclass(frozen=True, slots=True)
class Chart:
    """What a picture shows, and the same in words for whoever does not see it."""

    days: tuple[ChartDay, ...]
    title: str
    alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """One message: a headline, lines under it, and buttons."""

    title: Line
    lines: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()
    case: CaseId | None = None
    cases: tuple[CaseId, ...] = ()  # where one message bundles several
    status: str | None = None  # of the case, its outcome once it is closed: a platform may show it by a colour or a tag
    heads: frozenset[int] = frozenset()  # which of the lines head those that follow them: they stand out
    chart: Chart | None = None  # a picture, where the platform shows pictures
    topic: str | None = None  # what a thread under it is called, where it is about no case


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: str


FieldType = Literal["text", "long", "select", "time", "person", "number", "check"]


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. Names are the words of DESIGN.md section 3."""

    name: str
    label: str
    type: FieldType
    required: bool = False
    options: tuple[Option, ...] = ()
    value: str | None = None
    suggestions: tuple[Option, ...] = ()  # for a text: anything else may be written too


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in. The id says which verb and case it is for, and is new each time it is opened."""

    id: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A person said something: a command if it begins with `/`, else a message."""

    key: str  # the platform's own id of this event: the same event twice has one effect
    by: PersonId
    place: Place  # conversation "@ana" is that person's direct messages with Buckstop
    text: str
    edited: bool = False  # said before, and changed now


@dataclass(frozen=True, slots=True)
class Pressed:
    """A person pressed a button. What it carries is only a hint: role and state are checked anew."""

    key: str
    by: PersonId
    place: Place
    button: str
    case: CaseId | None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A person sent a form."""

    key: str
    by: PersonId
    place: Place
    form: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reacted:
    """A person reacted to a message; `text` and `author` are the message's."""

    key: str
    by: PersonId
    place: Place  # with `message`: the one reacted to
    emoji: str
    text: str
    author: PersonId | None
    link: str | None = None  # to the message


@dataclass(frozen=True, slots=True)
class Pointed:
    """A person chose "Report as a case" on a message; `text` and `author` are the message's."""

    key: str
    by: PersonId
    place: Place  # with `message`: the one that is pointed at
    text: str
    author: PersonId | None
    link: str | None = None


Inbound = Said | Pressed | Submitted | Reacted | Pointed


@dataclass(frozen=True, slots=True)
class Reply:
    """What only the person who asked sees: an answer, a form to fill in, or what is wrong with the fields of one."""

    lines: tuple[Line, ...] = ()
    form: Form | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: bool = False  # nothing was changed
    case: CaseId | None = None
    buttons: tuple[Button, ...] = ()
    quiet: bool = False  # a sign is enough, where there are signs: what was said in a thread is noted
    again: bool = False  # nothing was kept, and the same again may work
    told: bool = False  # a message on its way to whoever asked says all of it too
    instead: tuple[Line, ...] = ()  # what is kept of an answer whose lines may be kept nowhere, and said to the same event again

    @classmethod
    def say(cls, *parts: Part, refused: bool = False, case: CaseId | None = None) -> "Reply":
        """Return a reply of one line."""
        return cls(lines=(parts,), refused=refused, case=case)


@dataclass(frozen=True, slots=True)
class Section:
    """Some of a person's cases, a card each; `more` are not shown."""

    title: str
    cards: tuple[Card, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Home:
    """What waits for a person, what they reported, and what has come up to them."""

    greeting: Line
    sections: tuple[Section, ...]
    buttons: tuple[Button, ...] = ()

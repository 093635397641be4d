"""What does a person read in a message or a modal, whom does it call, and what can they press?

Works on payloads as they are sent and as the API gives them back. Buttons and selects are told apart, by `buttons` and `selects`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.discord import reading_forms
from tests.discord.markdown import as_read, callable_mentions
from tests.discord.markdown_pieces import Known
from tests.discord.words import Json

ROW, BUTTON, STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 1, 2, 3, 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium"}
SELECTS = {STRING_SELECT: "string", USER_SELECT: "user", ROLE_SELECT: "role", MENTIONABLE_SELECT: "mentionable", CHANNEL_SELECT: "channel"}


@dataclass(frozen=True, slots=True)
class Button:
    """A button; a link's `url` leads out and has no custom id."""

    custom_id: str
    label: str
    style: str = "secondary"
    disabled: bool = False
    url: str = ""
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen from a select."""

    label: str
    value: str
    description: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A list to choose from: of texts (`string`), or of what the guild has (`user`, `role`, `mentionable`, `channel`)."""

    custom_id: str
    kind: str
    options: tuple[Option, ...] = ()
    placeholder: str = ""
    least: int = 1
    most: int = 1
    disabled: bool = False
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pinged:
    """Whom a message notifies, as far as what it allows goes; the guild's permissions may still forbid roles and everybody."""

    users: frozenset[str] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)
    everyone: bool = False
    here: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone or self.here)


def shown(message: Json, names: Mapping[str, str] | None = None, channels: Mapping[str, str] | None = None) -> str:
    """Return what a person reads in a message or a modal, line by line; times are in UTC, `names` are of users and roles by id."""
    known = Known(names or {}, channels or {})
    if "title" in message and "custom_id" in message:
        return "\n".join(reading_forms.modal(message, known))
    texts = [as_read(message["content"], known)] if message.get("content") else []
    texts += [line for embed in message.get("embeds") or [] for line in _embed(embed, known)]
    texts += [line for component in message.get("components") or [] for line in _component(component, known)]
    return "\n".join(text.strip("\n") for text in texts)


def _component(component: Json, known: Known) -> Iterator[str]:
    match component["type"]:
        case 10:
            yield as_read(component["content"].strip(), known)
        case 17:
            for child in component["components"]:
                yield from _component(child, known)
        case 9:
            for child in component["components"]:
                yield from _component(child, known)
            yield from _component(component["accessory"], known)
        case 14:
            if component.get("divider", True):
                yield "---"
        case 12:
            for item in component["items"]:
                yield _media(item)
        case 11:
            yield _media(component)
        case 13:
            yield f"[{component['file']['url'].removeprefix('attachment://')}]"
        case _:
            return


def _media(item: Json) -> str:
    return f"[{item.get('description') or item['media']['url'].removeprefix('attachment://')}]"


def _embed(embed: Json, known: Known) -> Iterator[str]:
    if embed.get("author"):
        yield embed["author"]["name"]
    for name in ("title", "description"):
        if embed.get(name):
            yield as_read(embed[name], known)
    for one in embed.get("fields") or []:
        yield as_read(one["name"], known)
        yield as_read(one["value"], known)
    if embed.get("footer"):
        yield embed["footer"]["text"]


def walk(components: list[Json]) -> Iterator[Json]:
    """Give every component, each before those in it."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        yield from walk([component[name] for name in ("accessory", "component") if component.get(name)])


def texts(message: Json) -> list[str]:
    """Return the marked-up texts that can call people: the content and every text display."""
    displays = [one["content"] for one in walk(message.get("components") or []) if one["type"] == TEXT]
    return [message["content"], *displays] if message.get("content") else displays


def buttons(message: Json) -> list[Button]:
    """Return the buttons of a message, in the order in which they stand."""
    return [_button(one) for one in walk(message.get("components") or []) if one["type"] == BUTTON]


def _button(one: Json) -> Button:
    emoji = (one.get("emoji") or {}).get("name") or ""
    style = STYLES[one["style"]]
    return Button(one.get("custom_id") or "", one.get("label") or "", style, bool(one.get("disabled")), one.get("url") or "", emoji)


def selects(message: Json) -> list[Select]:
    """Return the selects of a message or a modal, in the order in which they stand."""
    return [_select(one) for one in walk(message.get("components") or []) if one["type"] in SELECTS]


def _select(one: Json) -> Select:
    options = tuple(
        Option(option["label"], option["value"], option.get("description") or "", bool(option.get("default")))
        for option in one.get("options") or []
    )
    chosen = [option.value for option in options if option.default] + [str(default["id"]) for default in one.get("default_values") or []]
    return Select(
        one["custom_id"],
        SELECTS[one["type"]],
        options,
        one.get("placeholder") or "",
        one.get("min_values", 1),
        one.get("max_values", 1),
        bool(one.get("disabled")),
        tuple(chosen),
    )


def pinged(message: Json, replied_to: str | None = None) -> Pinged:
    """Return whom Discord would notify of a message as it is sent; `replied_to` is who wrote the message that it answers.

    Embeds, labels and code call nobody. Without `allowed_mentions` everybody is called who is mentioned, and whoever is replied to.
    """
    found = [mention for text in texts(message) for mention in callable_mentions(text)]
    named = {kind: {mention.id for mention in found if mention.kind == kind} for kind in ("user", "role")}
    allowed = message.get("allowed_mentions")
    if allowed is None:
        allowed = {"parse": ["users", "roles", "everyone"], "replied_user": True}
    users, roles = (_allowed(allowed, kind, named[kind.removesuffix("s")]) for kind in ("users", "roles"))
    if replied_to and allowed.get("replied_user"):
        users |= {replied_to}
    all_of = "everyone" in (allowed.get("parse") or [])
    kinds = {mention.kind for mention in found if all_of}
    return Pinged(users, roles, "everyone" in kinds, "here" in kinds)


def _allowed(allowed: Json, kind: str, named: set[str]) -> frozenset[str]:
    if kind in (allowed.get("parse") or []):
        return frozenset(named)
    return frozenset(named & {str(one) for one in allowed.get(kind) or []})

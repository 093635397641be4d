"""What was told to whom, as the journals of the two platforms have it? Read message by message, while it goes on and at the end.

In Slack a message carries its delivery's key. In Discord it carries what is made of it, so that the key is found among those that there can
be; a message about several cases has a key of its own, and its cases are read from it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.discord.posting import nonce_of
from tests.discord.client import World as There
from tests.slack.client import Workspace
from tests.torture.company import Company
from tests.torture.judging import Told

Json = dict[str, Any]

KINDS = ("receipt", "assigned", "nag", "brief", "news", "offer", "question", "confirm", "recheck", "consent", "lacked", "outcome",
         "remedy", "cause", "silent", "admin")  # fmt: skip
MOST_FACTS = 80
_CASE = re.compile(r"\bC-(\d+)\b")
_MADE_OF_A_KEY = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message of Buckstop's that a delivery became."""

    platform: str
    id: str
    place: str  # a channel's id, or "@ana"
    at: float
    key: str  # as the platform knows it
    shown: str
    actions: tuple[str, ...]

    @property
    def cases(self) -> tuple[int, ...]:
        """The cases that it names, each once."""
        return tuple(dict.fromkeys(int(number) for number in _CASE.findall(self.shown)))


@dataclass
class Journals:
    """Both journals, up to where they were read."""

    company: Company
    messages: list[Message] = field(default_factory=list)
    _read: dict[str, int] = field(default_factory=lambda: {"slack": 0, "discord": 0})
    _direct: dict[str, str] = field(default_factory=dict)  # people by the ids of their direct messages in Discord
    _keys: dict[str, str] = field(default_factory=dict)  # by what Discord knows of them
    _deleted: set[tuple[str, str]] = field(default_factory=set)  # by platform and id: somebody took it away, and it has to stand again
    _hashed: set[int] = field(default_factory=set)

    async def read(self) -> list[Message]:
        """Read on, and return what is new."""
        found: list[Message] = []
        if (ws := self.company.slack) is not None:
            entries = await ws.journal("message", since=self._read["slack"])
            self._read["slack"] = max((entry["n"] for entry in entries), default=self._read["slack"])
            self._deleted |= {("slack", entry["ts"]) for entry in entries if entry["how"] == "deleted"}
            found += [_in_slack(ws, entry) for entry in entries if entry["how"] == "posted" and _is_delivery(entry["message"])]
        if (there := self.company.discord) is not None:
            entries = await there.journal("message", since=self._read["discord"])
            self._read["discord"] = max((entry["n"] for entry in entries), default=self._read["discord"])
            self._deleted |= {("discord", entry["id"]) for entry in entries if entry["how"] == "deleted"}
            posted = [entry for entry in entries if entry["how"] == "posted"]
            found += [await self._in_discord(there, entry) for entry in posted if _MADE_OF_A_KEY.fullmatch(entry["message"]["nonce"] or "")]
        self.messages += found
        return found

    async def _in_discord(self, there: There, entry: Json) -> Message:
        channel, told = entry["channel"], entry["message"]
        if channel not in self._direct and channel not in there.channels.values():
            for person in there.users:
                if there.users[person] != there.bot_user_id:
                    self._direct |= {one.channel: f"@{person}" for one in await there.messages(f"@{person}", deleted=True)}
        buttons = tuple(str(one["custom_id"]) for one in _buttons(told["raw"]["components"]))
        return Message(
            "discord", told["id"], self._direct.get(channel, str(channel)), entry["wall"], str(told["nonce"]), told["shown"], buttons
        )

    def key_of(self, message: Message) -> str | None:
        """Return the delivery's key; None of one that is about several cases, in Discord."""
        if message.platform == "slack":
            return message.key if not message.key.startswith("nags/") else None
        for case in message.cases:
            if case not in self._hashed:
                self._hashed.add(case)
                self._keys |= {nonce_of(key): key for key in self._possible(case)}
        return self._keys.get(message.key)

    def _possible(self, case: int) -> Iterator[str]:
        there = self.company.discord
        if there is not None:
            guild = next(iter(there.guilds.values()))
            yield from (f"card/C-{case}/discord:{guild}:{channel}" for channel in there.channels.values())
            for person in there.users:
                yield from (f"C-{case}/{fact}/{kind}/{person}" for fact in range(1, MOST_FACTS) for kind in KINDS)

    def told(self) -> dict[int, list[Told]]:
        """Return what each person was told of each case. A card that stands in a channel is told to the channel."""
        found: dict[int, list[Told]] = {}
        for message in self.messages:
            for case, told in self.of(message):
                found.setdefault(case, []).append(told)
        return found

    def of(self, message: Message) -> Iterator[tuple[int, Told]]:
        """Yield what one message tells, case by case."""
        key = self.key_of(message)
        if key is None:
            yield from ((case, Told("nag", message.place.removeprefix("@"), message.at)) for case in message.cases)
        elif key.startswith("card/"):
            yield int(key.split("/")[1].removeprefix("C-")), Told("card", message.place, message.at)
        elif key.startswith("C-"):
            case, _, what, who = key.split("/")
            # Where it was said, not to whom it was meant: in somebody else's direct messages it would be wrong.
            yield (
                int(case.removeprefix("C-")),
                Told(what, message.place.removeprefix("@") if message.place.startswith("@") else who, message.at),
            )

    def doubled(self) -> dict[str, int]:
        """Return what was posted more than once, and not because somebody had deleted it."""
        standing = [one for one in self.messages if (one.platform, one.id) not in self._deleted]
        return {key: times for key, times in Counter(f"{one.platform} {one.key}" for one in standing).items() if times > 1}


def _is_delivery(told: Json) -> bool:
    return bool(told["metadata"]) and "key" in told["metadata"].get("event_payload", {})


def _in_slack(ws: Workspace, entry: Json) -> Message:
    told, people = entry["message"], {f"D{account[1:]}": f"@{name}" for name, account in ws.users.items()}
    actions = tuple(str(one["action_id"]) for one in told["buttons"])
    key, place = told["metadata"]["event_payload"]["key"], people.get(told["channel"], told["channel"])
    return Message("slack", told["ts"], place, entry["wall"], key, told["shown"], actions)


def _buttons(components: list[Json]) -> Iterator[Json]:
    for one in components:
        if one.get("type") == 2 and "custom_id" in one:
            yield one
        yield from _buttons(one.get("components") or [])

"""A small world to tell stories in: people who say and press things, and a clock that is wound.

A `Stage` is one way of talking to a running Buckstop: the local workspace over HTTP today, the chat platforms next. The stories in
`tests/scenarios/` know only the `World`, so they are told unchanged on every stage.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]


class Stage(Protocol):
    """One way of talking to Buckstop."""

    async def say(self, who: str, text: str, channel: str | None, thread: str | None) -> Json:
        """Say something; the answer in the shape of the local workspace's API."""

    async def press(self, who: str, message: str, button: str, case: str | None) -> Json:
        """Press a button."""

    async def take(self, who: str, label: str) -> Json:
        """Press the button with this label of what they were answered last, which nobody else sees."""

    async def submit(self, who: str, form: str, values: Mapping[str, Any]) -> Json:
        """Send a form."""

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """React to a message."""

    async def messages(self, where: str) -> list[Json]:
        """Return the messages of a channel, or of a person's direct messages ("@ana")."""

    async def case(self, case: str) -> Json:
        """Return a case with its timeline."""

    async def cases(self) -> list[Json]:
        """Return all cases, without their timelines."""

    async def wind(self, how: Mapping[str, str]) -> Json:
        """Wind the clock."""

    async def now(self) -> str:
        """Return the time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who asked was told."""

    text: str
    form: Json | None
    errors: Mapping[str, str]
    message: str | None
    refused: bool

    @property
    def case(self) -> str:
        """The first case that is named."""
        found = re.search(r"C-\d+", self.text)
        assert found, f"no case is named in: {self.text}"
        return found[0]


@dataclass
class World:
    """Everybody in it, and the time."""

    stage: Stage
    _forms: dict[str, str] = field(default_factory=dict)

    async def say(self, who: str, text: str, channel: str | None = "help", thread: str | None = None) -> Answer:
        """Say something in a channel, or with `channel=None` to Buckstop directly."""
        return self._heard(who, await self.stage.say(who, text, channel, thread))

    async def report(self, who: str, text: str, channel: str | None = "help") -> str:
        """Report a problem and return the case's name."""
        return (await self.say(who, f"/case report {text}", channel)).case

    async def press(self, who: str, button: str, case: str | None = None) -> Answer:
        """Press a button of the newest direct message that has it (and is about the case)."""
        for message in reversed(await self.stage.messages(f"@{who}")):
            for offered in message["buttons"]:
                about = offered.get("case") or message.get("case")
                if offered["id"] == button and case in (None, about):
                    return self._heard(who, await self.stage.press(who, message["id"], button, offered.get("case")))
        raise AssertionError(f"{who} has no button {button!r} for {case or 'any case'}: {await self.told(who)}")

    async def take(self, who: str, label: str) -> Answer:
        """Press what they were offered with the last answer, by its label."""
        return self._heard(who, await self.stage.take(who, label))

    async def fill(self, who: str, **values: Any) -> Answer:
        """Fill in the form that was opened for them last, and send it."""
        return self._heard(who, await self.stage.submit(who, self._forms[who], values))

    async def react(self, who: str, message: str, emoji: str = "ticket") -> Answer:
        """React to a message."""
        return self._heard(who, await self.stage.react(who, message, emoji))

    async def told(self, who: str) -> list[str]:
        """Return what Buckstop has told a person directly, oldest first."""
        return [message["text"] for message in await self.stage.messages(f"@{who}") if message["from"] == "buckstop"]

    async def posted(self, channel: str) -> list[str]:
        """Return what Buckstop has posted in a channel, oldest first."""
        return [message["text"] for message in await self.stage.messages(channel) if message["from"] == "buckstop"]

    async def digests(self, channel: str = "leadership") -> list[str]:
        """Return the first messages of the digests in a channel, oldest first; what is in their threads is not among them."""
        said = [message for message in await self.stage.messages(channel) if message["from"] == "buckstop"]
        return [message["text"] for message in said if message.get("thread") in (None, "", message["id"])]

    async def wait(self, how_long: str) -> int:
        """Let time pass; everything due happens at its own time. Return how much happened."""
        return int((await self.stage.wind({"advance": how_long}))["fired"])

    async def until(self, when: str) -> int:
        """Let time pass until an ISO time."""
        return int((await self.stage.wind({"to": when}))["fired"])

    async def case(self, case: str) -> Json:
        """Return a case with its timeline."""
        return await self.stage.case(case)

    async def facts(self, case: str, *kinds: str) -> list[tuple[str, str]]:
        """Return (time, fact) of a case's timeline, oldest first; only of these kinds, if any are named."""
        timeline = (await self.case(case))["timeline"]
        return [(fact["at"], fact["fact"]) for fact in timeline if not kinds or fact["fact"] in kinds]

    def _heard(self, who: str, answer: Json) -> Answer:
        assert "error" not in answer, answer["error"]
        reply = answer.get("reply") or {}
        form = reply.get("form")
        if form:
            self._forms[who] = form["id"]
        return Answer(reply.get("text", ""), form, answer.get("errors", {}), answer.get("message"), reply.get("refused", False))

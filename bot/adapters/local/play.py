"""Play the story from outside, over HTTP, and keep what everybody read on the way."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

Json = dict[str, Any]


class StoryStuck(Exception):
    """A step was refused; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Played:
    """What one step did: the call, its answer, and the messages that appeared or changed."""

    caption: str
    call: str
    body: Json
    now: str
    answer: Json
    messages: tuple[Json, ...]


@dataclass
class Player:
    """Somebody who plays all the parts. `play` yields each step when it is done."""

    address: str
    http: ClientSession
    case: str = ""
    form: str = ""
    _seen: dict[str, str] = field(default_factory=dict)
    _places: list[str] = field(default_factory=list)

    async def play(self, steps: Sequence[Mapping[str, Any]]) -> AsyncIterator[Played]:
        """Play steps in their order.

        Raises:
            StoryStuck: a call was refused, or a button is not there.
        """
        state = await self._get("/api/state")
        self._places = [f"as={person['id']}" for person in state["people"]] + [f"channel={channel}" for channel in state["channels"]]
        await self._news()
        for step in steps:
            yield await self._step(step)

    async def _step(self, step: Mapping[str, Any]) -> Played:
        body: Json = {name: self._filled(value) for name, value in step["body"].items() if value is not None}
        if step["call"] == "actions":
            body["message"] = await self._newest(body["as"], body["button"])
        answer = await self._post(f"/api/{step['call']}", body)
        self._remember(answer)
        now = (await self._get("/api/state"))["now"]
        return Played(step["caption"], step["call"], body, now, answer, tuple(await self._news()))

    def _filled(self, value: Any) -> Any:
        return value.replace("{case}", self.case).replace("{form}", self.form) if isinstance(value, str) else value

    def _remember(self, answer: Json) -> None:
        reply = answer.get("reply") or {}
        self.form = (reply.get("form") or {}).get("id", "")
        self.case = self.case or reply.get("case", "")

    async def _newest(self, person: str, button: str) -> str:
        messages = await self._get(f"/api/messages?as={person}")
        for message in reversed(messages):
            if any(offered["id"] == button for offered in message["buttons"]):
                return str(message["id"])
        raise StoryStuck(f'{person} has no message with the button "{button}"')

    async def _news(self) -> list[Json]:
        """Return the messages that are new or were edited since the last look, in the order of their time."""
        fresh: list[Json] = []
        for place in self._places:
            for message in await self._get(f"/api/messages?{place}"):
                if self._seen.get(message["id"]) != message["text"]:
                    self._seen[message["id"]] = message["text"]
                    fresh.append(message | {"place": place.replace("as=", "@").replace("channel=", "#")})
        return sorted(fresh, key=lambda message: (message.get("edited") or message["at"], int(message["id"].lstrip("m") or 0)))

    async def _get(self, path: str) -> Any:
        async with self.http.get(self.address + path) as response:
            return await response.json()

    async def _post(self, path: str, body: Json) -> Json:
        async with self.http.post(self.address + path, json=body) as response:
            answer: Json = await response.json()
        wrong = answer.get("error") or answer.get("errors")
        if wrong:
            raise StoryStuck(f"{path} {body}: {wrong}")
        return answer

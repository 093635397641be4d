"""The local workspace as a stage of the stories: the real composition root on a manual clock, spoken to over HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.clock import ManualClock
from bot.config import loads
from bot.ports import Prober
from tests.unhurried import running
from tests.world import Json, World

ORG = Path(__file__).parent / "org.toml"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # in London too


@dataclass
class LocalStage:
    """The local workspace, from outside."""

    address: str
    http: ClientSession
    _offered: dict[str, list[Json]] = field(default_factory=dict)  # the buttons of each person's last answer

    async def say(self, who: str, text: str, channel: str | None, thread: str | None) -> Json:
        """Say something."""
        return await self._post("messages", {"as": who, "text": text, "channel": channel, "thread": thread})

    async def press(self, who: str, message: str, button: str, case: str | None) -> Json:
        """Press a button."""
        return await self._post("actions", {"as": who, "message": message, "button": button, "case": case})

    async def take(self, who: str, label: str) -> Json:
        """Press a button of the last answer."""
        [button] = [one for one in self._offered[who] if one["label"] == label]
        return await self._post("actions", {"as": who, "button": button["id"], "case": button.get("case")})

    async def submit(self, who: str, form: str, values: Mapping[str, Any]) -> Json:
        """Send a form."""
        return await self._post("forms", {"as": who, "form": form, "values": dict(values)})

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """React to a message."""
        return await self._post("reactions", {"as": who, "message": message, "emoji": emoji})

    async def messages(self, where: str) -> list[Json]:
        """Return the messages of a channel, or of a person's direct messages."""
        query = f"as={where[1:]}" if where.startswith("@") else f"channel={where}"
        found: list[Json] = await self._get(f"messages?{query}")
        return found

    async def case(self, case: str) -> Json:
        """Return a case with its timeline."""
        found: Json = await self._get(f"cases/{case}")
        return found

    async def cases(self) -> list[Json]:
        """Return all cases."""
        found: list[Json] = await self._get("cases")
        return found

    async def wind(self, how: Mapping[str, str]) -> Json:
        """Wind the clock."""
        return await self._post("clock", dict(how))

    async def now(self) -> str:
        """Return the time."""
        return str((await self._get("state"))["now"])

    async def _get(self, path: str) -> Any:
        async with self.http.get(f"{self.address}/api/{path}") as response:
            answer = await response.json()
        assert response.status == 200, answer
        return answer

    async def _post(self, path: str, body: Json) -> Json:
        given = {name: value for name, value in body.items() if value is not None}
        async with self.http.post(f"{self.address}/api/{path}", json=given) as response:
            answer: Json = await response.json()
        if "as" in body:
            self._offered[body["as"]] = (answer.get("reply") or {}).get("buttons", [])
        return answer


@asynccontextmanager
async def local_world(database_url: str, start: datetime = MONDAY, lines: str = "", prober: Prober | None = None) -> AsyncIterator[World]:
    """Run Buckstop on this database, with these lines more in its configuration, and yield the world around it."""
    config = replace(loads(f"{ORG.read_text('utf-8')}\n{lines}", str(ORG), {}), database_url=database_url)
    async with running(config, ManualClock(start), prober=prober) as bot, ClientSession() as http:
        await bot.settle()
        yield World(LocalStage(await bot.serve_local(0), http))

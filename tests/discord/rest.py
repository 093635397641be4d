"""How does a test call the API without a library?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession

from tests.discord.client import World
from tests.discord.words import Json


class Rest:
    """The bot's own calls."""

    def __init__(self, http: ClientSession, world: World) -> None:
        self._http, self._world = http, world

    async def call(self, verb: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: Any) -> tuple[int, Any]:
        """Return the status and what is answered."""
        sent = {"Authorization": f"Bot {self._world.token}", **(headers or {})}
        more = {} if body is None else {"json": body}
        async with self._http.request(verb, self._world.api_url + path, params=query, headers=sent, **more) as response:
            return response.status, await response.json() if response.content_type == "application/json" else await response.text()

    async def _good(self, verb: str, path: str, body: Any = None, **query: Any) -> Any:
        status, told = await self.call(verb, path, body, **query)
        assert 200 <= status < 300, told
        return told

    async def post(self, path: str, **body: Any) -> Json:
        """Post, which must succeed."""
        told: Json = await self._good("POST", path, body)
        return told

    async def patch(self, path: str, **body: Any) -> Json:
        """Change, which must succeed."""
        told: Json = await self._good("PATCH", path, body)
        return told

    async def get(self, path: str, **query: Any) -> Any:
        """Get, which must succeed."""
        return await self._good("GET", path, **query)

    async def delete(self, path: str) -> None:
        """Delete, which must succeed."""
        await self._good("DELETE", path)

    async def code(self, verb: str, path: str, body: Any = None, **query: Any) -> int:
        """Return the code of a refusal."""
        status, told = await self.call(verb, path, body, **query)
        assert status >= 400, told
        return int(told["code"])

    async def status(self, verb: str, path: str, body: Any = None) -> int:
        """Return only the status."""
        return (await self.call(verb, path, body))[0]


@asynccontextmanager
async def rest_of(world: World) -> AsyncIterator[Rest]:
    """Call the API as the bot of a world."""
    async with ClientSession() as http:
        yield Rest(http, world)

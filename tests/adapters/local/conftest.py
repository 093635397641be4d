"""The local workspace on a real socket, and a caller that speaks JSON to it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.adapters.local.server import make_app
from tests.adapters.local.office import Office


@dataclass
class Caller:
    """Talks to the workspace and reads the answers."""

    session: ClientSession
    base: str

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Make a call; return the status and what the JSON says."""
        data = None if body is None else BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
        async with self.session.request(method, self.base + path, data=data, headers=sent) as answer:
            assert answer.content_type == "application/json", await answer.text()
            return answer.status, await answer.json()

    async def get(self, path: str) -> Any:
        """Read something that is there."""
        status, answer = await self.call("GET", path)
        assert status == 200, answer
        return answer

    async def post(self, path: str, **body: Any) -> Any:
        """Do something that works; `as_` is the person."""
        status, answer = await self.call("POST", path, said(body))
        assert status == 200, answer
        return answer

    async def refused(self, path: str, **body: Any) -> tuple[int, str]:
        """Do something that does not work; return the status and the one sentence."""
        status, answer = await self.call("POST", path, said(body))
        assert answer.keys() == {"error"}, answer
        return status, answer["error"]


def said(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with the field that Python has another use for."""
    return {"as" if name == "as_" else name: value for name, value in body.items()}


@pytest.fixture
def office() -> Office:
    """The office behind the API."""
    return Office()


@pytest.fixture
async def api(office: Office) -> AsyncIterator[Caller]:
    """The API, on a free port of this machine."""
    server = TestServer(make_app(office.workspace), host="127.0.0.1")
    await server.start_server()
    async with ClientSession() as session:
        yield Caller(session, f"http://127.0.0.1:{server.port}")
    await server.close()

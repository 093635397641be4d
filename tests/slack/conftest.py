"""The fake under test: one process for all of these, a fresh workspace for each."""

from collections.abc import AsyncIterator, Iterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.client import FakeSlack, Workspace
from tests.slack.running import fake_slack


@pytest.fixture(scope="session")
def slack_address() -> Iterator[str]:
    """The address of a running fake Slack."""
    with fake_slack() as address:
        yield address


@pytest.fixture
async def slack(slack_address: str) -> AsyncIterator[FakeSlack]:
    """The fake, to make workspaces in."""
    async with FakeSlack(slack_address) as fake:
        yield fake


@pytest.fixture
async def ws(slack: FakeSlack) -> AsyncIterator[Workspace]:
    """A workspace with three people and two channels, one of them private."""
    users = ["ana", {"name": "bruno", "tz": "Europe/Lisbon"}, "rita"]
    made = await slack.workspace(users=users, channels=["help", {"name": "secret", "private": True, "members": ["ana"]}])
    yield made
    await made.close()


@pytest.fixture
def client(ws: Workspace) -> AsyncWebClient:
    """The bot's own client, which never tries again."""
    return AsyncWebClient(token=ws.bot_token, base_url=ws.api_url, retry_handlers=[])

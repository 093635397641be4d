"""How fast is Slack written to: which budgets does a message count against, and when is a conversation's next turn?"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.adapters.slack.access import Pace
from bot.chat import Card
from bot.clock import ManualClock
from bot.config import loads
from bot.ports import Address, Delivered, Parcel
from tests.scenarios.slack_stage import access, slack_org, workspace
from tests.scenarios.stages import MONDAY, ORG
from tests.slack.client import Workspace
from tests.unhurried import running

PACE = Pace(rest=timedelta(seconds=60))


@pytest.fixture
async def there(slack_address: str) -> AsyncIterator[Workspace]:
    """A workspace with the people of the stories."""
    async with workspace(slack_address) as ws:
        yield ws


def parcel(ws: Workspace, person: str) -> Parcel:
    """Return something to be said to somebody."""
    return Parcel(f"to {person}", Address("slack", ws.team, f"@{person}"), Card(("hello",)), "UTC", MONDAY)


async def test_whose_direct_messages_are_not_open_counts_against_that_budget_too(sqlite_url: str, there: Workspace) -> None:
    config = loads(slack_org(there), str(ORG), {"BUCKSTOP_DATABASE_URL": sqlite_url})
    async with running(config, ManualClock(MONDAY), local_too=False, slack=access(there, PACE)) as bot:
        assert bot.slack is not None
        messenger, ana, ben = bot.slack.messenger, parcel(there, "ana").address, parcel(there, "ben").address

        def budgets(address: Address, *, edit: bool = False) -> list[str]:
            return [limit.name.rpartition(":")[2] for limit in messenger.limits(address, edit=edit)]

        assert budgets(ana) == ["chat.postMessage", "conversations.open"]
        await messenger.send(parcel(there, "ana"))
        assert (budgets(ana), budgets(ben)) == (["chat.postMessage"], ["chat.postMessage", "conversations.open"])
        assert budgets(ben, edit=True) == ["chat.update"]
        assert budgets(Address("slack", there.team, "C0HELP")) == ["chat.postMessage"]


async def test_a_turn_is_counted_from_the_last_one_not_from_its_answer(sqlite_url: str, there: Workspace) -> None:
    config = loads(slack_org(there), str(ORG), {"BUCKSTOP_DATABASE_URL": sqlite_url})
    async with running(config, ManualClock(MONDAY), local_too=False, slack=access(there, PACE)) as bot:
        assert bot.slack is not None
        hangs = await there.fault("hang_after", "chat.postMessage", "@ana")
        sending = asyncio.create_task(bot.slack.messenger.send(parcel(there, "ana")))
        await hangs.hit()
        await hangs.release()
        first, second = await sending, await bot.slack.messenger.send(parcel(there, "ana"))

        assert isinstance(first, Delivered)
        assert isinstance(second, Delivered)
        # The second one came at once, as none would: its conversation rests for both turns, less what may be made up for.
        assert timedelta(seconds=20) < first.rest < timedelta(seconds=30)
        assert timedelta(seconds=80) < second.rest < timedelta(seconds=90)

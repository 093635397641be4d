"""A digest of a summary with a picture and two messages in its thread, queued as it is when it is due."""

from datetime import timedelta

from bot.ports import DigestRecord
from bot.store.store import SqlStore
from bot.wording.digest import split
from tests.wording.digests import END, FULL
from tests.wording.office import ORG


async def queued(store: SqlStore, channel: str) -> str:
    """Queue it for a channel; return the key of its first message."""
    content = FULL | {"channel": channel}
    bodies = tuple({**part, "of": 3} for part in split(content, ORG)[:3])
    async with store.begin() as tx:
        assert await tx.post_digest(DigestRecord(channel, END.date(), END - timedelta(days=1), END, content, bodies))
    return f"digest/{channel}/{END.date()}"

"""What somebody has begun to fill in, where a platform cannot show it all at once, or not again: kept until they go on.

A draft belongs to whoever wrote it, and goes with the answers to other events after some weeks (`rules.keep_answers_for`).
"""

from collections.abc import Mapping
from typing import Any

from bot.escalation.words import PersonId
from bot.ports import Store


class Drafts:
    """Drafts of forms, by a key that a button carries."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, key: str, by: PersonId, draft: Mapping[str, Any]) -> None:
        """Keep a draft; the first under a key stays.

        Raises:
            NotSaved: it could not be kept now.
        """
        async with self._store.begin() as tx:
            if await tx.answered(_full(key)) is None:
                await tx.remember(_full(key), {"by": by, "draft": dict(draft)})

    async def find(self, key: str, by: PersonId) -> Mapping[str, Any] | None:
        """Return a draft of this person's; None if there is none, or it is somebody else's."""
        async with self._store.begin() as tx:
            kept = await tx.answered(_full(key))
        if kept is None or kept.get("by") != by:
            return None
        draft: Mapping[str, Any] = kept["draft"]
        return draft


def _full(key: str) -> str:
    return f"draft/{key}"

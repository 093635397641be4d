"""How does the same call twice come to one effect and one answer?

A caller may name its call with a key. The answer is kept under it in the store, so the same key is answered the same after a restart
too. If the process dies between the effect and the keeping, the call is done again with the same key inside: the mailbox and the
desk recognise it. Only the clock has nobody behind it who would, so its destination is kept before it sets out.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from bot.adapters.local.drawing import Json
from bot.ports import Store

Call = Callable[[str], Awaitable[Json]]
_GIVEN = "local/key/"


async def once(store: Store, given: str | None, call: Call) -> Json:
    """Return the answer kept for this key, or make the call and keep what it answers; without a key, every call is new."""
    if given is None:
        return await call(f"local/new/{uuid4().hex}")
    key = f"{_GIVEN}{given}"
    before = await _kept(store, f"{key}/answer")
    if before is not None:
        return before
    answer = await call(key)
    await _keep(store, f"{key}/answer", answer)
    return answer


async def decided(store: Store, key: str, decide: Callable[[], Awaitable[str | None]]) -> str | None:
    """Return what was decided for this key before, or decide now and keep it before anything is done about it.

    Nobody can come back with a key that they were not given, so nothing is kept for those.
    """
    if not key.startswith(_GIVEN):
        return await decide()
    before = await _kept(store, f"{key}/target")
    if before is not None:
        target = before.get("to")
        return str(target) if target is not None else None
    to = await decide()
    await _keep(store, f"{key}/target", {"to": to})
    return to


async def _kept(store: Store, key: str) -> dict[str, Any] | None:
    async with store.begin() as tx:
        kept = await tx.answered(key)
    return dict(kept) if kept is not None else None


async def _keep(store: Store, key: str, answer: Json) -> None:
    async with store.begin() as tx:
        await tx.remember(key, answer)

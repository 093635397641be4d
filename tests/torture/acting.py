"""How does somebody do something, and what do they see of it? They type, or press a button, as their platform's own client has it."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.discord.client import Outcome
from tests.slack.client import Workspace
from tests.slack.wall import wall
from tests.torture.company import HELP, Company
from tests.torture.journals import Message
from tests.torture.oracle import Span

AFTERWARDS = 0.3  # seconds
REFUSED = 403  # the id of what Discord shows for a refusal
End = Literal["done", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Try:
    """One try: from when to when, how it ended, and what was said."""

    when: Span
    end: End
    said: str = ""


@dataclass(frozen=True, slots=True)
class Hands:
    """What people of the company can do. Everybody does one thing at a time: an answer tells nobody what it answers."""

    company: Company
    died: Callable[[], Awaitable[None]]  # comes to its end when the process that runs now is dead
    _busy: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _begun: set[asyncio.Task[Outcome]] = field(default_factory=set)

    async def report(self, who: str, service: str, title: str) -> Try:
        """Report something."""
        async with self._busy[who]:
            if self._slack(who) is not None:
                return await self._typed(who, f"/case report {service}: {title}")
            return await self._chosen(who, "case report", {"what": title, "service": service})

    async def do(self, who: str, verb: str, case: int, words: str = "") -> Try:
        """Type a command about a case. `words` are what its verb asks for."""
        async with self._busy[who]:
            return await self._do(who, verb, case, words)

    async def _do(self, who: str, verb: str, case: int, words: str) -> Try:
        if self._slack(who) is not None:
            return await self._typed(who, f"/case {verb} C-{case} {_SAID.get(verb, '')}{words}".strip())
        return await self._chosen(
            who, f"case {verb}", {"case": f"C-{case}"} | ({_OPTION[verb]: words} if words else {}) | _BESIDES.get(verb, {})
        )

    async def press(self, who: str, verb: str, case: int, message: Message) -> Try | None:
        """Press a button of a message; None if it has no such button."""
        async with self._busy[who]:
            return await self._press(who, verb, case, message)

    async def _press(self, who: str, verb: str, case: int, message: Message) -> Try | None:
        began, place = wall(), f"@{who}"
        fits = [one for one in message.actions if _is(one, verb, case)]
        if not fits or message.place != place:
            return None
        if (ws := self._slack(who)) is not None:
            out = await ws.press(who, fits[0], place, message.id)
            return Try(Span(began, wall()), "done" if out.ok else "unknown", out.failure or "")
        there = self.company.discord
        assert there is not None
        pressed = await self._unless_it_dies(there.press(who, fits[0], place, message.id))
        return Try(Span(began, wall()), "done" if pressed is not None and pressed.ok else "unknown")

    async def _unless_it_dies(self, doing: Coroutine[Any, Any, Outcome]) -> Outcome | None:
        """Return what came of it; None if Buckstop died over it: Discord would let somebody wait all the same."""
        done, dying = asyncio.create_task(doing), asyncio.ensure_future(self.died())
        self._begun.add(done)
        done.add_done_callback(self._ended)
        await asyncio.wait((done, dying), return_when=asyncio.FIRST_COMPLETED)
        if not done.done():
            await asyncio.wait((done,), timeout=AFTERWARDS)  # it may have been answered in the last moment
        dying.cancel()
        return done.result() if done.done() else None

    def _ended(self, task: asyncio.Task[Outcome]) -> None:
        self._begun.discard(task)
        if not task.cancelled():
            task.exception()  # of what nobody waits for any more, nobody wants to know

    async def over(self) -> None:
        """Wait for nothing any more."""
        for task in self._begun:
            task.cancel()
        await asyncio.gather(*self._begun, return_exceptions=True)

    def _slack(self, who: str) -> Workspace | None:
        return self.company.slack if self.company.platform_of(who) == "slack" else None

    async def _typed(self, who: str, text: str) -> Try:
        ws, began = self.company.slack, wall()
        assert ws is not None
        out = await ws.command(who, text, HELP)
        if not out.ok:
            return Try(Span(began, wall()), "unknown", out.failure or "")
        refused = any(block.get("block_id") == "refused" for message in out.ephemeral for block in message.blocks)
        return Try(Span(began, wall()), "refused" if refused or out.view is not None else "done", out.text)

    async def _chosen(self, who: str, name: str, options: dict[str, str]) -> Try:
        there, began = self.company.discord, wall()
        assert there is not None
        out = await self._unless_it_dies(there.command(who, name, options, HELP))
        if out is None or not out.ok:
            return Try(Span(began, wall()), "unknown", out.failure or "" if out is not None else "")
        refused = any(one.components and one.components[0].get("id") == REFUSED for one in out.ephemeral)
        return Try(Span(began, wall()), "refused" if refused or out.modal is not None else "done", out.text)


_SAID = {"resolve": "fix process: "}
_OPTION = {
    "note": "text", "ask": "question", "resolve": "explanation", "reopen": "why", "withdraw": "why", "chase": "why", "escalate": "why",
}  # fmt: skip

_BESIDES = {"resolve": {"cause": "process", "kind": "fix"}}


def _is(action: str, verb: str, case: int) -> bool:
    """Tell whether a button's id means this verb and case: `ack:C-5` in Slack, `b:ack:C-5:3` in Discord."""
    parts = action.removeprefix("b:").split(":")
    return parts[0] == verb and parts[1:2] == [f"C-{case}"]

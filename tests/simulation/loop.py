"""In what order does everything happen? An event loop whose time is a number and whose every choice comes from one seed.

Nothing outside is waited for: when nobody can go on, time jumps to the next timer. Each process has its own queue, as it would have its
own loop; which of them goes on next is drawn. A process that is killed is never run again, not even its `finally` blocks; one that is
suspended stands still until it is let go on.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import Context, ContextVar
from random import Random
from typing import Any, TypeVar

_T = TypeVar("_T")


class Life:
    """Whether a process may be run. The world outside has one too, and nobody kills it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dead = False
        self.suspended = False
        self.tasks: list[asyncio.Task[Any]] = []
        self.left: list[asyncio.Handle] = []  # what it would have done next when it was killed
        self.fuse: int | None = None  # after so many steps it is killed
        self.burnt: Callable[[], object] = lambda: None


WORLD = Life("world")
LIFE: ContextVar[Life] = ContextVar("life", default=WORLD)


class Standstill(Exception):
    """Everybody waits, and nothing is going to happen."""


class _Ready:
    """What can go on, by process. It stands in the place of asyncio's one queue."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._queues: dict[Life, deque[asyncio.Handle]] = {}
        self._count = 0

    def append(self, handle: asyncio.Handle) -> None:
        life = _life_of(handle)
        if life.dead:
            life.left.append(handle)
            return
        self._queues.setdefault(life, deque()).append(handle)
        self._count += not life.suspended

    def popleft(self) -> asyncio.Handle:
        able = [life for life, queue in self._queues.items() if queue and not life.suspended]
        if not able:
            return _NOTHING  # whoever was counted on has been killed in the same round
        life = able[0] if len(able) == 1 else self._dice.choice(able)
        self._count -= 1
        handle = self._queues[life].popleft()
        if life.fuse is not None:
            life.fuse -= 1
            if life.fuse < 0:
                life.fuse = None
                self._queues[life].appendleft(handle)
                self._count += 1
                life.burnt()
                return _NOTHING
        return handle

    def forget(self, life: Life) -> None:
        """Lay aside what a killed process could still have done."""
        life.left += self._queues.pop(life, ())
        self.count_again()

    def count_again(self) -> None:
        self._count = sum(len(queue) for life, queue in self._queues.items() if not life.suspended)

    def clear(self) -> None:
        self._queues.clear()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[asyncio.Handle]:
        return (handle for queue in self._queues.values() for handle in queue)


class _Jump:
    """asyncio asks a selector how long to wait for the network; here the time is moved on instead."""

    def __init__(self, loop: "Loop") -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Standstill
        if timeout > 0:
            self._loop.jump()
        return []


class Loop(asyncio.BaseEventLoop):
    """One seed's loop."""

    _scheduled: list[asyncio.TimerHandle]

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self.dice = dice
        self._now = 0.0
        self._clock_resolution = 1e-6
        self._ready = _Ready(dice)
        self._selector = _Jump(self)
        self.aside: Callable[[], float] = lambda: 0.0  # how long what is handed to a thread takes, in seconds
        self.set_task_factory(_owned)

    def time(self) -> float:
        return self._now

    def jump(self) -> None:
        """Move on to the next timer."""
        self._now = max(self._now, self._scheduled[0].when())

    def run_in_executor(self, executor: Any, func: Callable[..., _T], *args: Any) -> asyncio.Future[_T]:  # type: ignore[override]
        """Do it here, a little later: it happens at its end, unless the process was killed before."""
        future: asyncio.Future[_T] = self.create_future()

        def do() -> None:
            try:
                done = func(*args)
            except BaseException as fault:  # noqa: BLE001 - whoever waits for it gets it
                if not future.cancelled():
                    future.set_exception(fault)
            else:
                if not future.cancelled():
                    future.set_result(done)

        self.call_later(self.aside(), do)
        return future

    def kill(self, life: Life) -> None:
        """Let a process never run again."""
        life.dead = True
        self._ready.forget(life)

    def light(self, life: Life, steps: int, burnt: Callable[[], object]) -> None:
        """Have something happen to a process in place of one of its next steps."""
        life.fuse, life.burnt = steps, burnt

    def suspend(self, life: Life) -> None:
        """Let a process stand still, whatever its timers say."""
        life.suspended = True
        self._ready.count_again()

    def go_on(self, life: Life) -> None:
        """Let a suspended process see what has become of the time."""
        life.suspended = False
        self._ready.count_again()

    def begin(self, life: Life, coroutine: Any) -> asyncio.Task[Any]:
        """Start something as a process's own."""
        return _context_of(life).run(self.create_task, coroutine)

    def in_life(self, life: Life, call: Callable[[], _T]) -> _T:
        """Call something as a process, or as the world outside."""
        return _context_of(life).run(call)

    def bury(self, lives: list[Life]) -> None:
        """Let what was killed come to its end, after everything has been judged, so that nothing of it is left in memory."""
        for life in lives:
            life.dead = life.suspended = False
            life.fuse = None
            for task in life.tasks:
                task.cancel()
            for handle in life.left:
                self._ready.append(handle)
        self.run_until_complete(asyncio.gather(*(task for life in lives for task in life.tasks), return_exceptions=True))

    def _process_events(self, events: Any) -> None:
        """There are none: nothing here reads a socket."""

    def _write_to_self(self) -> None:
        """Nobody calls from another thread."""


def _context_of(life: Life) -> Context:
    context = Context()
    context.run(LIFE.set, life)
    return context


def _owned(loop: asyncio.AbstractEventLoop, coroutine: Any, **how: Any) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **how)
    life = LIFE.get() if how.get("context") is None else how["context"].get(LIFE, WORLD)
    if life is not WORLD:
        life.tasks.append(task)
        if len(life.tasks) > 64:
            life.tasks[:] = [one for one in life.tasks if not one.done()]
    return task


def _life_of(handle: asyncio.Handle) -> Life:
    context: Context | None = getattr(handle, "_context", None)
    return context.get(LIFE, WORLD) if context is not None else WORLD


class _Nothing(asyncio.Handle):
    """A handle that has been cancelled from the start."""

    def __init__(self) -> None:
        self._cancelled = True


_NOTHING = _Nothing()

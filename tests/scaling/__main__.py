"""Measure what several processes promise: `python -m tests.scaling` prints how long a take-over and a SIGTERM take.

A take-over is counted from the kill of the process that was sending to its successor's post; the lease is taken off.
"""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bot.clock import machine_time
from bot.store.migrate import upgrade
from tests.discord.running import fake_discord
from tests.scaling.company import LEASE, Company, company
from tests.scaling.server import Bouncing, bouncing
from tests.slack.running import fake_slack

ROUNDS = 5


async def measure(there: Company, workers: int, rounds: int) -> list[tuple[str, list[float]]]:
    """Return the seconds of each thing measured."""
    await asyncio.gather(there.start("web"), *(there.start("worker") for _ in range(workers)))
    await there.ws.until_connected()
    await there.report(2)
    await there.all_is_well()
    taken = [await _taken_over(there) for _ in range(rounds)]
    hanging = [await _terminated(there, hangs=True) for _ in range(rounds)]
    idle = [await _terminated(there, hangs=False) for _ in range(rounds)]
    await there.all_is_well()
    return [
        (f"take-over beyond the lease of {LEASE} s, {workers} workers", [seconds - LEASE for seconds in taken]),
        ("SIGTERM while a message hangs", hanging),
        ("SIGTERM when idle", idle),
    ]


async def _taken_over(there: Company) -> float:
    """Kill a worker that hangs before its post; return how long after its lease began the next one posts."""
    busy, *others = there.workers
    for one in others:
        one.send(signal.SIGSTOP)
    fault = await there.ws.fault("hang_before", "chat.postMessage", "@ana")
    await there.report(2)
    await fault.hit()
    began = machine_time().timestamp()
    await busy.kill()
    await fault.release(drop=True)
    for one in others:
        one.send(signal.SIGCONT)
    await there.quiet()
    [*_, last] = await there.ws.calls("chat.postMessage", channel="D0ANA", ok=True)
    await there.start("worker")
    return float(last["wall"]) - began


async def _terminated(there: Company, *, hangs: bool) -> float:
    busy, *others = there.workers
    if not hangs:
        await there.quiet()
        took = await busy.terminate()
    else:
        for one in others:
            one.send(signal.SIGSTOP)
        fault = await there.ws.fault("hang_after", "chat.postMessage", "@ana")
        await there.report(2)
        await fault.hit()
        took = await busy.terminate()
        await fault.release(drop=True)
        for one in others:
            one.send(signal.SIGCONT)
    await there.start("worker")
    return took


async def main(slack: str, discord: str, server: Bouncing, rounds: int) -> None:
    """Measure with two workers and with three, and print a table."""
    print("| what | median | longest |\n| --- | --- | --- |")
    for workers in (2, 3):
        server.server.run(f"CREATE DATABASE measured_{workers}")
        with tempfile.TemporaryDirectory() as folder:
            inside = Path(folder) / "company"
            inside.mkdir()
            async with company(server.server.url(f"measured_{workers}"), slack, discord, inside) as there:
                async with there.database() as database:
                    await upgrade(database)
                _print(await measure(there, workers, rounds))


def _print(found: Sequence[tuple[str, list[float]]]) -> None:
    for what, seconds in found:
        print(f"| {what} | {median(seconds):.2f} s | {max(seconds):.2f} s |", flush=True)


if __name__ == "__main__":
    with fake_slack() as slack_address, fake_discord() as discord_address, bouncing() as there_is:
        asyncio.run(main(slack_address, discord_address, there_is, int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))

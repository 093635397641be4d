"""Which picture belongs to a message of the local workspace? A digest's chart, drawn when somebody looks at it.

The message keeps no picture: its key says which digest it is of, and that is kept as it was sent.
"""

import asyncio
from collections.abc import Sequence
from datetime import date

from bot.adapters.local.workspace import BUCKSTOP, Fault, Workspace, quoted
from bot.chat import Chart
from bot.ports import Letter
from bot.wording.chart import chart
from bot.wording.chart_png import png

_DIGEST = "digest/"


async def charts(work: Workspace, letters: Sequence[Letter]) -> dict[str, Chart]:
    """Return the charts of those letters that have one, by the letters' ids."""
    told = {letter.id: meant for letter in letters if (meant := _digest_of(letter)) is not None}
    if not told:
        return {}
    async with work.store.read() as reading:
        org = await reading.org()
        records = {letter: await reading.digest(channel, day) for letter, (channel, day) in told.items()}
    found = {letter: chart(record.content, org.zone) for letter, record in records.items() if record is not None}
    return {letter: drawn for letter, drawn in found.items() if drawn is not None}


def _digest_of(letter: Letter) -> tuple[str, date] | None:
    """Return the channel and the day of a digest's first message; None of anything else."""
    if letter.sender != BUCKSTOP or not letter.key.startswith(_DIGEST):
        return None
    channel, _, day = letter.key.removeprefix(_DIGEST).rpartition("/")
    try:
        return channel, date.fromisoformat(day)
    except ValueError:
        return None  # a further one, in its thread


async def picture(work: Workspace, name: str) -> bytes:
    """Return a letter's picture as PNG; Fault 404 if it has none."""
    letter = await work.mailbox.letter(name)
    found = await charts(work, [letter]) if letter is not None else {}
    if letter is None or letter.id not in found:
        raise Fault(404, f"There is no picture with a message {quoted(name)}.")
    return await asyncio.to_thread(png, found[letter.id])

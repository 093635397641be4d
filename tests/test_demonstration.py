"""Does the demonstration have a month behind it, with a digest of each of its days?"""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.app import Failure
from bot.config import example_path, load
from bot.demonstration import HISTORY_DAYS, stage, with_history
from bot.store.tables import digests

CASES = 12


async def test_a_month_lies_behind_it_with_a_digest_of_each_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = load(Path(example_path()), {})
    async with stage(config, tmp_path / "demo.db", "manual", None, days_in=3) as bot:
        await with_history(bot, config, 7, CASES)

        async with bot.database.read() as conn:
            days = (await conn.execute(select(digests.c.channel, func.count(), func.max(digests.c.end)).group_by(digests.c.channel))).all()
        (channel,) = config.digests[0].to
        ((sent_to, count, last),) = days
        # On working days, from the day after the first report on.
        assert (sent_to, 15 < count <= HISTORY_DAYS) == (channel, True)
        assert last > bot.clock.now() - timedelta(days=1)
        assert "their digests are in #leadership." in capsys.readouterr().err

        with pytest.raises(Failure, match="C-1 is there already: a month of cases needs a new file"):
            await with_history(bot, config, 7, CASES)

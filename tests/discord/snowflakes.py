"""Which id does the next thing get?

Ids are snowflakes: milliseconds since 2015, then a running number. Guilds and people get ids of long ago, a millisecond apart, so
that the shard of a guild, `(id >> 22) % shards`, differs from guild to guild.
"""

from tests.slack.wall import wall

EPOCH = 1_420_070_400_000
_YEAR = 365 * 24 * 3600 * 1000


class Snowflakes:
    """Gives ids that grow and are never the same twice within a process."""

    def __init__(self) -> None:
        self._last = 0
        self._old = int(wall() * 1000) - EPOCH - _YEAR

    def now(self) -> str:
        """Return an id for what happens now."""
        self._last = max(self._last + 1, (int(wall() * 1000) - EPOCH) << 22)
        return str(self._last)

    def old(self) -> str:
        """Return an id for what has been there for long."""
        self._old += 1
        return str(self._old << 22)


SNOWFLAKES = Snowflakes()


def moment(id: str) -> float:
    """Return when something with this id was made, in seconds since 1970."""
    return ((int(id) >> 22) + EPOCH) / 1000

"""How many requests has Discord refused lately, and must we stop before it bans us?

More than 10,000 requests that end in 401, 403 or 429 within ten minutes ban an address for a day (discord.com/developers/docs/topics/
rate-limits#invalid-request-limit-aka-cloudflare-bans). We stop at a tenth of that, whatever the reason is, until half of them are ten
minutes old: otherwise each one that grows old would let one further request through, to be refused as well. Pure: the time is an argument.
"""

from collections import deque
from datetime import timedelta

WINDOW = timedelta(minutes=10)
MOST = 1000
_REFUSED = frozenset({401, 403, 429})


class Brake:
    """Counts what was refused. Times are seconds of one clock that only goes on."""

    def __init__(self, most: int = MOST, window: timedelta = WINDOW) -> None:
        self._most = most
        self._window = window.total_seconds()
        self._refused: deque[float] = deque()
        self._on = False

    def seen(self, status: int, scope: str | None, now: float) -> bool:
        """Count an answer, and tell whether it was the one too many.

        A limit that others used up (scope "shared") is not held against us.
        """
        if status in _REFUSED and scope != "shared":
            self._refused.append(now)
        before = self._on
        return self.held(now) is not None and not before

    def held(self, now: float) -> timedelta | None:
        """Return for how long nothing may be asked; None if all is well."""
        while self._refused and self._refused[0] <= now - self._window:
            self._refused.popleft()
        few = self._most // 2
        if len(self._refused) >= self._most or len(self._refused) <= few:
            self._on = len(self._refused) >= self._most
        # Until so many are left: the last of the others has grown old then.
        return timedelta(seconds=self._refused[-few - 1] + self._window - now) if self._on else None

    @property
    def refused(self) -> int:
        """Return how many were refused within the window, as of the last look."""
        return len(self._refused)

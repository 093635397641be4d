"""How long until a delivery is tried again?

Twice as long each time, with jitter that depends on the delivery's key alone: a thousand deliveries that failed together do not come back
together, and a test gets the same answer each time. The platform's own wait always wins.
"""

from datetime import timedelta
from hashlib import sha256

from bot.ports import Held, TryLater

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=10)
# A lane waits less than a message that keeps failing, so that the others in the lane get past it.
LANE_LONGEST = timedelta(seconds=30)
_DOUBLINGS = 20


def retry_delay(key: str, attempts: int, longest: timedelta = LONGEST) -> timedelta:
    """Return the wait after that many attempts: between half and the whole of 1, 2, 4 ... seconds, up to `longest`."""
    doublings = min(max(attempts - 1, 0), _DOUBLINGS)
    whole = min(FIRST * (1 << doublings), longest)
    return whole * (0.5 + 0.5 * _share(f"{key}#{attempts}"))


def _share(text: str) -> float:
    return int.from_bytes(sha256(text.encode()).digest()[:4]) / 2**32


def held(key: str, attempts: int, outcome: TryLater) -> Held:
    """Return how long a delivery, and its lane, wait after `TryLater`."""
    wait, lane_wait = retry_delay(key, attempts), retry_delay(key, attempts, LANE_LONGEST)
    if outcome.after is not None:
        wait = lane_wait = outcome.after
    lane_wait = timedelta() if outcome.alone else lane_wait
    return Held(outcome.why, wait, lane_wait, outcome.ambiguous, vanished=outcome.vanished)

"""What time is it, for what Slack dates?

Ids of messages and signatures carry the real time, which real clients compare with theirs. Everything that is waited for is measured
with the loop's own time instead.
"""

import time


def wall() -> float:
    """Return the seconds since 1970."""
    return time.time()  # noqa: TID251 - real clients compare message ids and signatures with their own clock

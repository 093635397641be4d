"""To what time should the manual clock be wound?

Time only runs forward, and not further than anybody plans: a slip of the finger must not keep the engine busy for centuries.
"""

import re
from datetime import UTC, datetime, timedelta

from bot.adapters.local.workspace import Fault, iso, quoted

FURTHEST = timedelta(days=3653)
_FORMS = 'write it like "30s", "90m", "4h", "1h30m", "1d" or "1w"'
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,6})?"
_UNIT = r"(?:w|wks?|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)"
_PART = re.compile(rf"({_NUMBER})\s*({_UNIT})", re.IGNORECASE)
_WHOLE = re.compile(rf"(?:\s*(?:and\s+)?{_NUMBER}\s*{_UNIT}(?![a-z]))+\s*", re.IGNORECASE)


def advanced(text: str, now: datetime) -> datetime:
    """Return `now` and so much: clock time, so `1d` is 24 hours."""
    if text.strip().startswith(("-", "\N{MINUS SIGN}")):
        raise Fault(400, f"The clock never goes back, and {quoted(text)} is negative.")
    if not _WHOLE.fullmatch(text):
        raise Fault(400, f"{quoted(text)} is no length of time: {_FORMS}.")
    parts = (float(number) * _UNITS[unit[0].lower()] for number, unit in _PART.findall(text))
    try:
        return _within_reason(now + sum(parts, timedelta()), now)
    except OverflowError:
        raise _too_far() from None


def moment(text: str, now: datetime) -> datetime:
    """Return the time that is written as ISO; without a zone it is UTC."""
    try:
        read = datetime.fromisoformat(text.strip())
        to = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Fault(400, f'{quoted(text)} is no time: write it like "2026-03-02T09:00:00Z", or "next".') from None
    if to < now:
        raise Fault(400, f"The clock never goes back: it is {iso(now)} already.")
    return _within_reason(to, now)


def _within_reason(to: datetime, now: datetime) -> datetime:
    if to - now > FURTHEST:
        raise _too_far()
    return to


def _too_far() -> Fault:
    return Fault(400, "That is more than ten years ahead; wind the clock in smaller steps.")

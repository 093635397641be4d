"""How are lengths of time and amounts written as numbers?"""

from datetime import datetime, timedelta
from decimal import Decimal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def number(value: float | Decimal) -> int | float:
    """Return a number as JSON writes it: whole where it is, otherwise to four decimals, a few seconds of a day."""
    whole = int(value)
    return whole if value == whole else round(float(value), 4)


def passed(start: datetime, end: datetime, unit: timedelta) -> int | float:
    """Return how many units of wall time lie between; never less than none."""
    return number(max(end - start, timedelta(0)) / unit)

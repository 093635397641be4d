"""How are a length of time, a sum of money, a share and a change of it said?"""

from bot.wording.plain import counted


def days(count: float) -> str:
    """Say a number of days as people do: "2.3 days", below one "5 hours"."""
    tenths = round(count, 1)
    if count < 1:
        return hours(count * 24)
    return counted(int(tenths), "day") if tenths == int(tenths) else f"{tenths} days"


def hours(count: float) -> str:
    """Say a number of hours as people do: "20 minutes", "3 hours", from two days on "2.3 days"."""
    if count >= 48:
        return days(count / 24)
    if count < 1:
        return counted(max(round(count * 60), 1), "minute")
    return counted(round(count), "hour")


def amount(cost: float) -> str:
    """Say an amount of money; the budget knows its currency."""
    return f"{cost:,}" if isinstance(cost, int) else f"{cost:,.2f}"

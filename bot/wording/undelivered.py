"""What the admins read when a message could be delivered nowhere."""

from bot.chat import Line, Typed


def unreached(whom: str, why: str) -> Line:
    """Say who could not be reached, why, and what to do about it."""
    mend = "Check the account and the channel in the configuration; `buckstop doctor` tests every route."
    return (f"Could not reach {whom}: ", Typed(why), f". What was to be said is kept as given up. {mend}")

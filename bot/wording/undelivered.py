"""What the admins read when a message could be delivered nowhere."""

from bot.chat import Line, Typed


def unreached(whom: str, why: str) -> Line:
    """Say who could not be reached, why, and what to do about it."""
    mend = "Check the account and the channel in the configuration; `buckstop doctor` tests every route."
    return (f"Could not reach {whom}: ", Typed(why), f". What was to be said is kept as given up. {mend}")


def rerouted(whom: str, why: str) -> Line:
    """Say whose usual route is dead, why, and what is done meanwhile."""
    mend = "Check the account in the configuration; `buckstop doctor` tests every route."
    return (
        f"The usual way to {whom} is dead: ",
        Typed(why),
        f". Until it is mended, what is for them takes the next way that there is. {mend}",
    )

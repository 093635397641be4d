"""What the admins read when a message could be delivered nowhere."""

from bot.chat import Line, Typed
from bot.wording.people import platform_name


def unreached(whom: str, why: str) -> Line:
    """Say who could not be reached, why, and what to do about it."""
    mend = "Check the account and the channel in the configuration; `buckstop doctor` tests every route."
    return ("Could not reach ", Typed(whom), ": ", Typed(why), f". The message is not tried again; the case goes on. {mend}")


def rerouted(whom: str, why: str) -> Line:
    """Say whose usual route is dead, why, and what is done meanwhile."""
    mend = "Check the account in the configuration; `buckstop doctor` tests every route."
    return (
        "The usual way to ",
        Typed(whom),
        " is dead: ",
        Typed(why),
        f". Until it is mended, what is for them takes the next way that there is. {mend}",
    )


def shut_out(lane: str, why: str) -> Line:
    """Say that a platform lets nothing through, why, and what is done meanwhile."""
    platform, workspace, _ = lane.split(":", 2)
    mend = "`buckstop doctor` says what to do. What is to be said there waits, and goes out once it is mended."
    # Discord's direct messages are in no server, and what shuts the bot out of them shuts it out everywhere.
    where = f" into the {'server' if platform == 'discord' else 'workspace'} {workspace}" if workspace else ""
    return (f"{platform_name(platform)} lets nothing through{where}: ", Typed(why), f". {mend}")

"""What the admins read, by the direct line, when nothing can be written any more, and when it can again."""

from bot.chat import Line, Typed

_MEND = "Look at the disk, at the rights on the file, and at what else works on the database; `/healthz` says when it is over."


def broken(why: str) -> Line:
    """Say that the database takes nothing, and what that means."""
    means = "What people do is refused, and they are told so; no reminder goes out until it is mended. What was saved before is not lost."
    return ("Buckstop cannot write to its database: ", Typed(why), f". {means} {_MEND}")


def over(seconds: float) -> Line:
    """Say that it is over, and what happens now."""
    minutes = max(1, round(seconds / 60))
    lasted = "a minute" if minutes == 1 else f"{minutes} minutes"
    return (f"Buckstop can write to its database again, after about {lasted}. What came due meanwhile happens now.",)


def unhealthy(why: str) -> str:
    """Say it to whoever watches over the machine."""
    return f"Nothing can be written to the database: {why}."

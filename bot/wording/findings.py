"""What `buckstop doctor` says of each thing that it looked at."""

from dataclasses import dataclass

from bot.config.faults import printable


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: where it stands, and what was seen or what is wrong. Without a fault, `mend` is a word of advice."""

    place: str
    seen: str = ""
    fault: str | None = None
    mend: str | None = None


def told(finding: Finding) -> str:
    """Say one finding on one line."""
    head = "ok     " if finding.fault is None else "FAULT  "
    said = f"{finding.place}: {finding.fault or finding.seen}"
    # Names come from the platform, and a terminal would obey what is in them.
    return head + printable(f"{said}. {finding.mend}" if finding.mend else said)


def counted(faults: int) -> str:
    """Say how it ended."""
    match faults:
        case 0:
            return "No faults."
        case 1:
            return "1 fault."
        case _:
            return f"{faults} faults."

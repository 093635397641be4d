"""Which events may a session hear?"""

GUILDS, MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
MESSAGES, REACTIONS = 1 << 9, 1 << 10
DIRECT_MESSAGES, DIRECT_REACTIONS = 1 << 12, 1 << 13
CONTENT = 1 << 15
ANY = 0
KNOWN = (1 << 26) - 1

# By the name in the portal: the intent, and the flag of an application for which it is switched on.
PRIVILEGED = {"presences": (PRESENCES, 1 << 13), "members": (MEMBERS, 1 << 15), "message_content": (CONTENT, 1 << 19)}


def refused(wanted: int, switched_on: list[str]) -> bool:
    """Whether an intent is asked for that is not switched on."""
    return any(wanted & intent and name not in switched_on for name, (intent, _) in PRIVILEGED.items())


def flags(switched_on: list[str]) -> int:
    """Return the flags of the application."""
    return sum(PRIVILEGED[name][1] for name in switched_on)

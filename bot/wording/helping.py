"""What can be typed, and what does it do? Every command with an example, for `/case help`."""

from bot.chat import Line
from bot.wording.plain import begun, say

# verb: what it does, and how it is typed in full. Typed short, it opens a form where it has one.
COMMANDS: dict[str, tuple[str, str]] = {
    "report": ("report a problem", "report billing: meter swapped, bill is 9,000"),
    "show": ("how a case stands, what comes next, and its timeline", "show C-42"),
    "list": ("the open cases; of a service or a person, if you name one", "list billing"),
    "mine": ("your own cases", "mine"),
    "metoo": ("you have the same problem", "metoo C-42"),
    "key": ("somebody reported what you wrote; from now on you say when it is fixed", "key C-42"),
    "chase": ("you had to ask again; the owner hears it now, and the third time it goes up", "chase C-42"),
    "note": ("put something on the timeline", "note C-42 the meter is back"),
    "ack": ("you have seen it and it is in hand", "ack C-42"),
    "promise": ("say by when it will be fixed", "promise C-42 Friday 15:00"),
    "ask": ("ask the reporter something; the clocks wait for the answer", "ask C-42 what is the meter number?"),
    "answer": ("answer that question", "answer C-42 4711"),
    "handover": ("ask somebody, or another service, to take it over", "handover C-42 ben: it is the meter team's"),
    "accept": ("take over what you are asked to", "accept C-42"),
    "decline": ("say no to a hand-over; from level 1 up, to the case itself", "decline C-42 it is not ours"),
    "take": ("make it yours", "take C-42"),
    "resolve": (
        "say what was wrong and what was done; the reporter is asked",
        "resolve C-42 fix process: reading corrected, bill reissued",
    ),
    "confirm": ("you reported it, and it is fixed", "confirm C-42"),
    "reopen": ("you reported it, and it is still broken", "reopen C-42 the bill is still wrong"),
    "escalate": ("to the next level, now", "escalate C-42 it is more than I may decide"),
    "moretime": ("you reported it, and it may take longer", "moretime C-42 2d"),
    "withdraw": ("you reported it, and it is not needed any more", "withdraw C-42 it was my own mistake"),
    "severity": ("how bad it is", "severity C-42 critical"),
    "merge": ("it is the same as another case", "merge C-43 C-42"),
    "again": ("what you just reported is a closed case again: that one goes on", "again C-43 C-17"),
    "cost": ("what it has cost, and whose budget paid", "cost C-42 120.50 billing"),
    "time": ("how many minutes you spent on it", "time C-42 45"),
    "lacked": (
        "you fixed what had come up: what the level below lacked, and what must change",
        "lacked C-42 authority: let clerks correct bills",
    ),
    "renew": ("a workaround is to stand longer; it needs a reason, and goes a level up", "renew C-42 1 December: the part is late"),
    "remedy": ("what fixed a case like yours helps here too, or not", "remedy C-42 yes"),
    "cause": ("one cause is behind the cases that were named to you: yes opens a case for it, no forgets it", "cause C-42 yes"),
    "remedies": ("what fixed an escalated case is offered to those who had the same and did not shout", "remedies C-42"),
    "outcome": ("what came of your case: needed yes, process 4, prevented no", "outcome C-42 process 4"),
    "undo": ("it was not a case at all; within ten minutes", "undo C-42"),
    "away": ("you are away, and who answers for you", "away Friday 17:00 ben"),
    "back": ("you are there again", "back"),
    "link": ("make your accounts on two platforms one: get a code on one, type it on the other", "link K7M-QXR-4TC"),
    "prefer": ("choose where you are written to first", "prefer slack"),
    "routes": ("the ways to reach us, and which of them are down", "routes"),
    "dead": ("one of them does not work", "dead website: it says 404"),
    "announce": (
        "say what will change, on which service, when; A-3 and new times move it, A-3 off calls it off",
        "announce billing Friday 18:00 to Saturday 06:00: the meters are read anew",
    ),
    "announced": ("what will change", "announced"),
    "digest": ("the digest of today", "digest"),
    "help": ("this list, or one command", "help promise"),
}


def help_lines(verb: str | None) -> tuple[Line, ...]:
    """Return how one command is typed, or all of them."""
    if verb and verb in COMMANDS:
        return (usage(verb),)
    first: Line = ("Every problem has a name on it and a next time. What you can type:",)
    last: Line = ("Leave the words out and a form opens. In a case's thread, or where only one fits, the number can be left out too.",)
    return (first, *(usage(each) for each in COMMANDS), last)


def usage(verb: str) -> Line:
    """Return one command with what it does."""
    does, typed = COMMANDS[verb]
    return begun(say("{does}: /case {typed}", does=does, typed=typed))

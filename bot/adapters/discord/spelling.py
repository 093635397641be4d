"""How is a command that our own words name typed in Discord? Pure.

Elsewhere words follow the verb: `/case promise C-42 Friday 15:00`. Discord's commands have options with names, which words stand behind:
`/case promise case: C-42 until: Friday 15:00`. A verb that is no command there is written to Buckstop in words, as any verb can be.
"""

import re
from collections.abc import Mapping

from bot.adapters.discord.options import BESIDE, CASE, CASES

_IN_WORDS = "@Buckstop"
# The examples of the help, as far as more belongs to them than a case.
EXAMPLES: Mapping[str, str] = {
    "report billing: meter swapped, bill is 9,000": "/case report what: meter swapped, bill is 9,000 service: billing",
    "list billing": "/case list of: billing",
    "note C-42 the meter is back": "/case note case: C-42 text: the meter is back",
    "promise C-42 Friday 15:00": "/case promise case: C-42 until: Friday 15:00",
    "ask C-42 what is the meter number?": "/case ask case: C-42 question: what is the meter number?",
    "handover C-42 ben: it is the meter team's": "/case handover case: C-42 to: ben why: it is the meter team's",
    "decline C-42 it is not ours": "/case decline case: C-42 why: it is not ours",
    "resolve C-42 fix process: reading corrected, bill reissued": (
        "/case resolve case: C-42 explanation: reading corrected, bill reissued cause: process kind: fix"
    ),
    "reopen C-42 the bill is still wrong": "/case reopen case: C-42 why: the bill is still wrong",
    "escalate C-42 it is more than I may decide": "/case escalate case: C-42 why: it is more than I may decide",
    "moretime C-42 2d": "/case moretime case: C-42 until: 2d",
    "withdraw C-42 it was my own mistake": "/case withdraw case: C-42 why: it was my own mistake",
    "merge C-43 C-42": "/case merge case: C-43 into: C-42",
    "cost C-42 120.50 billing": "/case cost case: C-42 cost: 120.50 budget: billing",
    "time C-42 45": "/time case: C-42 minutes: 45",
    "lacked C-42 authority: let clerks correct bills": "/lacked case: C-42 lacked: authority change: let clerks correct bills",
    "renew C-42 1 December: the part is late": "/renew case: C-42 until: 1 December why: the part is late",
    "dead website: it says 404": "/dead route: website why: it says 404",
    "announce billing Friday 18:00 to Saturday 06:00: the meters are read anew": (
        "/announce service: billing starts: Friday 18:00 until: Saturday 06:00 text: the meters are read anew"
    ),
    "digest figures": "/case digest of: figures",
    "digest escalated_fixes": "/case digest of: escalated_fixes",
    "away Friday 17:00 ben": "/away until: Friday 17:00 covers: ben",
    "prefer slack": "/prefer platform: slack",
    "prefer discord": "/prefer platform: discord",
    "link undo": "/case link code: undo",
    "help promise": "/case help verb: promise",
}
_EXAMPLE = re.compile("/case (" + "|".join(sorted(map(re.escape, EXAMPLES), key=len, reverse=True)) + ")")
_OTHER = re.compile(r"/case (?P<verb>[a-z]+)\b(?: (?P<case>C-[0-9]+))?")


def spelled(words: str) -> str:
    """Return our own words with the commands in them as they are typed in Discord; a code is typed elsewhere, and stays as it is."""
    if "/case" not in words:
        return words
    words = _EXAMPLE.sub(lambda found: EXAMPLES[found[1]], words)
    return _OTHER.sub(_other, words)


def _other(found: re.Match[str]) -> str:
    verb, case = found["verb"], found["case"]
    if verb in CASES:
        return f"/case {verb} case: {case}" if case and CASE in CASES[verb].options else found[0]
    if verb in BESIDE:
        return f"/{verb} case: {case}" if case and CASE in BESIDE[verb].options else f"/{verb}"
    return f"{_IN_WORDS} {verb} {case}" if case else f"{_IN_WORDS} {verb}"

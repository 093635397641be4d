"""Who may do what, written down by hand from DESIGN.md sections 4, 10 and 11. It imports nothing of the program.

Three questions for every person, verb and state: may this person do that at all? If so, must it work in this state? If not, whom does the
refusal name? Where the design leaves the second one open, either answer is right, as long as a refusal has no effect.
"""

from dataclasses import dataclass

# Who somebody is to the case. A person may be several of these.
REPORTER, OWNER, ACCOUNTABLE = "reporter", "owner", "accountable"
FOR_OWNER, FOR_ACCOUNTABLE = "answers for the owner", "answers for the accountable"
AFFECTED, ASKED, TEAM, ADMIN, LEADER = "affected", "asked to take it over", "of the service's team", "admin", "leader"

OWNERS = frozenset({OWNER, ACCOUNTABLE, FOR_OWNER, FOR_ACCOUNTABLE})
ON_IT = OWNERS | {REPORTER, AFFECTED, ASKED}
ANYONE = None

WHO = {
    "metoo": ANYONE,
    "chase": {REPORTER, AFFECTED},
    "note": ON_IT,
    "ack": OWNERS,
    "promise": OWNERS,
    "ask": OWNERS,
    "answer": {REPORTER},
    "handover": OWNERS,
    "accept": {ASKED},
    "decline": {ASKED, ACCOUNTABLE, FOR_ACCOUNTABLE},  # the offer; or the case, from level 1 up
    "severity": {REPORTER, OWNER, FOR_OWNER, ACCOUNTABLE, FOR_ACCOUNTABLE},
    "take": {ACCOUNTABLE, FOR_ACCOUNTABLE, TEAM},
    "resolve": OWNERS,
    "confirm": {REPORTER},  # and an admin for a reporter who is gone: see `may`
    "reopen": {REPORTER},
    "escalate": OWNERS | {REPORTER},
    "moretime": {REPORTER},
    "withdraw": {REPORTER},
    "merge": OWNERS | {ADMIN},
    "cost": OWNERS | {ADMIN},
}

LIVE = ("open", "open at level 1", "acknowledged", "acknowledged at level 1", "waiting", "offered", "resolved")
CLOSED = ("fixed", "unconfirmed", "withdrawn", "duplicate", "declined")
STATES = (*LIVE, *CLOSED)
AT_WORK = ("open", "open at level 1", "acknowledged", "acknowledged at level 1")
UP = ("open at level 1", "acknowledged at level 1")

# In which states it must work for whoever may. What is not listed is for the state to decide.
WORKS = {
    "metoo": LIVE,
    "chase": AT_WORK,
    "note": LIVE,
    "ack": ("open", "open at level 1"),
    "promise": AT_WORK,
    "ask": AT_WORK,
    "answer": ("waiting",),
    "handover": AT_WORK,
    "accept": ("offered",),
    "decline": ("offered", *UP),
    "severity": AT_WORK,
    "take": AT_WORK,
    "resolve": (*AT_WORK, "waiting"),
    "confirm": ("resolved", "unconfirmed"),
    "reopen": ("resolved", "fixed", "unconfirmed", "withdrawn", "declined"),
    "escalate": AT_WORK,
    "moretime": AT_WORK,
    "withdraw": LIVE,
    "merge": AT_WORK,
    "cost": STATES,
}

# What a refusal for who somebody is must name, if the case is in a state in which the verb works: one of these people, or these words.
NAMED = {
    "reporter": ("chase", "answer", "confirm", "reopen", "moretime", "withdraw"),
    "owner": ("ack", "promise", "ask", "handover", "resolve", "merge", "cost", "severity", "escalate"),
    "asked": ("accept",),
    "accountable": ("decline",),
    "team": ("take",),
    "case": ("note",),
}


@dataclass(frozen=True)
class Scene:
    """How a case stands, and what is special about it."""

    state: str
    private: bool = False
    reporter_gone: bool = False


@dataclass(frozen=True)
class Expected:
    """What the design says of one cell. `works` None: the state decides. `names`: whom a refusal names; None: nobody in particular."""

    may: bool
    works: bool | None
    names: str | None = None
    hidden: bool = False  # the case does not exist for them


def expected(verb: str, roles: frozenset[str], scene: Scene) -> Expected:
    """Return what must come of it when somebody with these roles uses a verb in this scene."""
    if scene.private and not roles & ON_IT:
        return Expected(may=False, works=False, hidden=True)
    if not may(verb, roles, scene):
        return Expected(may=False, works=False, names=_named(verb, scene) if scene.state in WORKS[verb] else None)
    return Expected(may=True, works=True if scene.state in WORKS[verb] and not _open_question(verb, roles, scene) else None)


def may(verb: str, roles: frozenset[str], scene: Scene) -> bool:
    """Tell whether somebody with these roles may at all."""
    wanted = WHO[verb]
    if wanted is ANYONE or roles & wanted:
        # Who answers for the case declines it from level 1 up; the offer, whoever was asked.
        return verb != "decline" or ASKED in roles or scene.state not in ("open", "acknowledged", "waiting", "offered", "resolved")
    if verb == "confirm" and scene.reporter_gone and ADMIN in roles:
        return True
    # Who merged by mistake may ask for it to be undone (11.18), but the design does not say whom.
    return verb == "reopen" and scene.state == "duplicate" and bool(roles & (OWNERS | {ADMIN}))


def _open_question(verb: str, roles: frozenset[str], scene: Scene) -> bool:
    """Tell whether the design leaves it to something else than the state whether it works."""
    match verb:
        case "metoo":
            return bool(roles & ON_IT)  # who is on it already has nothing to join
        case "escalate":
            return not roles & OWNERS  # the reporter, once the response time has passed
        case "take":
            return OWNER in roles
        case "severity":
            return not roles & {REPORTER}  # the owner only proposes
        case "confirm":
            return scene.reporter_gone
        case "merge":
            return scene.private  # not into one that is public
        case _:
            return False


def _named(verb: str, scene: Scene) -> str | None:
    if (verb == "decline" and scene.state not in UP) or (verb == "merge" and scene.private):
        return None  # an offer at level 0 is something else than the case; and the other case may be hidden from them
    return next((who for who, verbs in NAMED.items() if verb in verbs), None)

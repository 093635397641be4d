"""Is it worth shouting? The odds of a fix within the target, with and without; and whether what was fast was also good."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from bot.escalation.facts import OutcomeSaid, Rechecked
from bot.escalation.figure import Figure, number, public, share
from bot.escalation.story import Story, came_back
from bot.escalation.words import Kind, Outcome

ENDED = (Outcome.FIXED, Outcome.UNCONFIRMED, Outcome.DECLINED)
"""What a case came to that was neither withdrawn nor the same as another one."""

WORST_GOOD = 3
"""An answer below it says that rules and process did not help."""


def odds(problems: Iterable[Story]) -> Figure:
    """Return the share of what ended in the span that was fixed within its target: by way of the process, and after the reporter had asked
    for an escalation; and the gap between them, if there were cases of both."""
    ended = [s for s in problems if s.closed_within and s.case.outcome in ENDED and s.in_time is not None]
    process, request = ([story for story in ended if story.by_request is asked] for asked in (False, True))
    beside = {"process": _odds(process), "by_request": _odds(request)}
    there = process and request
    gap = round(_in_time(request) / len(request) - _in_time(process) / len(process), 3) if there else None
    return Figure(beside | {"gap": gap}, tuple(ended))


def _odds(ended: Sequence[Story]) -> dict[str, Any]:
    return {"cases": len(ended), "within_target": _in_time(ended), "share": share(_in_time(ended), len(ended))}


def _in_time(ended: Iterable[Story]) -> int:
    return sum(story.case.outcome is Outcome.FIXED and story.in_time is True for story in ended)


# --- what came of it ---------------------------------------------------------------------------------------------------------------


def answers(story: Story) -> dict[str, int]:
    """Return what was answered in the span, the last answer to each question; `still_fixed` is the one to a re-check."""
    said: dict[str, int] = {}
    for fact in story.within:
        match fact.what:
            case OutcomeSaid(question=question, answer=answer):
                said[question] = answer
            case Rechecked(still_fixed=bool(answer)):
                said["still_fixed"] = int(answer)
            case _:
                pass
    return said


def outcomes(problems: Iterable[Story]) -> Figure:
    """Return what reporters answered in the span; a private case's answers are left out, since one alone would be told as it was given."""
    behind = public(story for story in problems if answers(story))
    said = [answers(story) for story in behind]
    helped = [one["process"] for one in said if "process" in one]
    value = {question: _yes_no([one[question] for one in said if question in one]) for question in ("needed", "prevented", "still_fixed")}
    return Figure(value | {"process": {"median": number(median(helped)) if helped else None, "answers": len(helped)}}, behind)


def _yes_no(said: Sequence[int]) -> dict[str, int]:
    return {"yes": sum(said), "no": len(said) - sum(said)}


def complaints(story: Story) -> list[str]:
    """Return what speaks against the outcome of a case, by what was said or done in the span."""
    said = answers(story)
    against = {
        "process": said.get("process", WORST_GOOD) < WORST_GOOD,
        "prevented": said.get("prevented") == 0,
        "came_back": said.get("still_fixed") == 0 or came_back(story),
    }
    return [name for name, is_so in against.items() if is_so]


def judged(story: Story) -> bool:
    """Tell whether the span says anything of what came of it: an answer (but to `needed`, which is about the way there), or a return."""
    said = answers(story)
    return story.case.kind is Kind.PROBLEM and story.in_time is not None and (bool(said.keys() - {"needed"}) or came_back(story))


def outcome_beside_speed(problems: Iterable[Story]) -> Figure:
    """Return how many were fixed in time or late, and with a good outcome or a bad one; private ones are left out."""
    behind = public(story for story in problems if judged(story))
    value = {f"{speed}_{outcome}": 0 for speed in ("in_time", "late") for outcome in ("good", "bad")}
    for story in behind:
        value[f"{'in_time' if story.in_time else 'late'}_{'bad' if complaints(story) else 'good'}"] += 1
    return Figure(value, behind)


def disagree(story: Story) -> bool:
    """Tell whether speed and outcome say different things: in time and bad, or late and good."""
    return judged(story) and bool(story.in_time) == bool(complaints(story))

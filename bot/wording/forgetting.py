"""What forgetting a person would take away, what it leaves, and what came of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.escalation.words import CaseId, case_name
from bot.wording.plain import counted

_MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody who may be forgotten."""

    person: str
    words: Sequence[str]
    cases: int
    wrote: int
    naming: int
    reported: Sequence[CaseId]  # live
    owing: Sequence[tuple[CaseId, str]]  # live, and as what they must act
    hashed: Sequence[tuple[CaseId, int]]
    configured: bool


def preview(known: Known) -> str:
    """Say what would be erased, and what happens to the cases that are still alive."""
    lines = [
        f"{known.person} stands in {counted(known.cases, 'case')}. Looked for, as whole words: {', '.join(known.words)}",
        f"To be erased, for good: {counted(known.wrote, 'text')} that they wrote,",
        f"{counted(known.naming, 'text')} of others, with their name or the same words in it;",
        "their name, addresses, accounts, absences and codes; their messages; their name in digests, messages and answers that are kept.",
        'What happened stays, by "someone forgotten", and every timeline still verifies.',
    ]
    if known.reported:
        lines.append(
            f"Live cases that they reported go on without their words, and an admin may confirm for them: {_names(known.reported)}"
        )
    return "\n".join(lines + ([hand_over_first(known)] if known.owing else []))


def hand_over_first(known: Known) -> str:
    """Say what keeps them from being forgotten."""
    held = ", ".join(f"{case_name(case)} ({role})" for case, role in known.owing[:_MOST_LISTED])
    return f"Not yet: every live case has a name on it. Hand these over, or take them, first: {held}{_more(known.owing)}"


def told(known: Known, changed: Mapping[str, int], *, clean: bool) -> str:
    """Say what was done, and what is left for somebody to do."""
    rows = ", ".join(f"{count} in {table}" for table, count in changed.items())
    lines = [f"{known.person} is forgotten: {rows}."]
    if known.configured:
        lines.append("They still stand in the configuration: take them out of it before the bot starts again, or it knows them again.")
    if known.hashed:
        where = ", ".join(f"{case_name(case)}, fact {n}" for case, n in known.hashed[:_MOST_LISTED])
        lines.append(
            f"A cause, a budget or a key that was typed names them, and is part of the hash, so it stays: {where}{_more(known.hashed)}"
        )
    if not clean:
        lines.append(
            "Somebody is reading the database, so its journal beside it still has what was erased: stop the bot and run this again."
        )
    lines.append("Copies of the database, and what was sent to Slack or Discord, are yours to delete.")
    return "\n".join(lines)


def nobody(person: str) -> str:
    """Say that there is nobody to forget."""
    return f'nobody is known as "{person}": name the id that stands in the configuration, or in the export'


def _names(cases: Sequence[CaseId]) -> str:
    return ", ".join(case_name(case) for case in cases[:_MOST_LISTED]) + _more(cases)


def _more(listed: Collection[object]) -> str:
    return f" and {len(listed) - _MOST_LISTED} more" if len(listed) > _MOST_LISTED else ""

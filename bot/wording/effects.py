"""What `check-config --effect` prints: which live cases would move differently, how, and because of what."""

from datetime import datetime

from bot.chat import Line, Moment
from bot.escalation.effects import Because, Change, Effect, Move
from bot.escalation.org import Org
from bot.escalation.words import PersonId, case_name
from bot.wording.plain import plain, say, who

SHOWN = 50
_UNKNOWN = "With which configuration the bot ran here last is not known: only who has a case and its times are compared."


def effect_text(effect: Effect, old: Org, new: Org, now: datetime, *, known: bool) -> str:
    """Return the whole answer, one line a case, times in the organisation's zone. `known`: what was in force until now is."""
    lines = [plain(sentence(change, old, new, now), new.zone, now) for change in effect.changes[:SHOWN]]
    more = len(effect.changes) - len(lines)
    rest = [f"... and {more} more."] if more else []
    return "\n".join([*([] if known else [_UNKNOWN]), *lines, *rest, _summary(effect)])


def _summary(effect: Effect) -> str:
    if not effect.live:
        return "There are no live cases."
    live = "the one live case" if effect.live == 1 else f"the {effect.live} live cases"
    if not effect.changes:
        return f"Nothing changes for {live}."
    which = live[:1].upper() + live[1:] if effect.live == 1 else f"{len(effect.changes)} of {live}"
    return f"{which} would move differently. Nothing has been changed."


def sentence(change: Change, old: Org, new: Org, now: datetime) -> Line:
    """Return what becomes of one case: "C-42: goes to Bruno on Tuesday 09:00 instead of Monday 16:00, because ..."."""
    if change.after is None:
        return say("{case}: cannot be decided any more, and would be set aside.", case=case_name(change.case))
    return say(
        "{case}: {moves}, because {why}.",
        case=case_name(change.case),
        moves=_moves(change.before, change.after, old, new, now),
        why=_why(change.because, old, new),
    )


def _moves(before: Move, after: Move, old: Org, new: Org, now: datetime) -> Line:
    if before.owner != after.owner:
        return say("{new} owns it at once instead of {old}", new=who(after.owner, new), old=_who(before.owner, old, new))
    if before.accountable != after.accountable:
        return say(
            "goes to {new} at once instead of staying with {old}", new=who(after.accountable, new), old=_who(before.accountable, old, new)
        )
    if (before.goes_to, before.goes_at) != (after.goes_to, after.goes_at):
        return _goes(before, after, old, new, now)
    if before.due is None or after.due is None:
        return ("happens next at another time",)
    return say("comes up next {at} instead of {before}", at=_on(after.due, now), before=_at(before.due, now))


def _goes(before: Move, after: Move, old: Org, new: Org, now: datetime) -> Line:
    if after.goes_to is None or after.goes_at is None:
        assert before.goes_to is not None
        assert before.goes_at is not None
        return say("stays where it is instead of going to {old} {at}", old=_who(before.goes_to, old, new), at=_on(before.goes_at, now))
    goes = say("goes to {to} {at}", to=who(after.goes_to, new), at=_on(after.goes_at, now))
    if before.goes_to is None or before.goes_at is None:
        return say("{goes} instead of staying where it is", goes=goes)
    if before.goes_to == after.goes_to:
        return say("{goes} instead of {before}", goes=goes, before=_at(before.goes_at, now))
    if before.goes_at == after.goes_at:
        return say("{goes} instead of to {old}", goes=goes, old=_who(before.goes_to, old, new))
    return say("{goes} instead of to {old} {at}", goes=goes, old=_who(before.goes_to, old, new), at=_on(before.goes_at, now))


_WHY = {
    "gone": "{who} is not in the configuration any more",
    "absence": "{who} is away at other times",
    "hours": "{who} works at other times",
    "deputy": "{who} has another deputy",
}


def _why(because: Because, old: Org, new: Org) -> Line:
    person = PersonId(because.of)
    match because.kind:
        case "manager":
            manager = new.manager(person)
            above = who(manager, new) if manager is not None else "nobody"
            return say("{above} is {whose}'s manager now", above=above, whose=_who(person, old, new))
        case "rotation":
            return say("the rotation {name} takes turns differently", name=because.of)
        case "rules":
            return ("the rules are others",)
        case "other":
            return ("the organisation around it is another",)
        case _:
            return say(_WHY[because.kind], who=_who(person, old, new))


def _who(person: PersonId, old: Org, new: Org) -> Line:
    """Return a person by the name that either organisation knows them by."""
    return (who(person, new if person in new.people else old),)


def _on(at: datetime, now: datetime) -> Line:
    return ("on ", Moment(at)) if at > now else ("at once",)


def _at(at: datetime, now: datetime) -> Line:
    return (Moment(at),) if at > now else ("at once",)

"""What is said when two accounts become one person's: what happened, what it means, and how to mend what does not work."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.chat import Line, Moment, Typed
from bot.wording.people import platform_name
from bot.wording.plain import counted, listed, say, shortened


def code(shown: str, until: datetime) -> tuple[Line, ...]:
    """Hand out a code."""
    return (
        say("Type this where your other account is, until {at}: `/case link {code}`", at=Moment(until), code=shown),
        ("The two accounts are one person then: one list of cases, and either may do what the other may.",),
        ("The code counts once. Show it to nobody, and type no code that somebody else gave you.",),
    )


def shown_before() -> Line:
    """Answer for a code that was asked for by an event that came again: it is kept nowhere."""
    return ("Your code was shown once, and is kept nowhere. `/case link` gives you a new one.",)


def no_code() -> Line:
    """What was typed is no code at all. It is not said back: it may be nearly one."""
    return ("That is no code: a code has nine signs, like K7M-QXR-4TC. `/case link` on the other platform gives you one.",)


def wrong() -> Line:
    """Nobody has this code: it was mistyped, used or replaced."""
    said = (
        "That code does not count: it was mistyped, used already, or a newer one was asked for. `/case link` on the other platform "
        "gives you a new one."
    )
    return (said,)


def expired() -> Line:
    """The code was right, and its time is over."""
    return ("That code has expired. `/case link` on the other platform gives you a new one.",)


def too_many(guesses: int, within: timedelta) -> Line:
    """Too many wrong codes."""
    hours = int(within / timedelta(hours=1))
    return (f"That were {counted(guesses, 'wrong code')} within {counted(hours, 'hour')}. Try again in {counted(hours, 'hour')}.",)


def same_account(platform: str) -> Line:
    """The code was typed where it was asked for."""
    said = (
        f"That is your own code, and {platform_name(platform)} is where you asked for it: it has to be typed where your other account "
        "is. `/case link` gives you a new one, since that one has been used up."
    )
    return (said,)


def already_one(platforms: Sequence[str]) -> Line:
    """Both accounts are the same person's already."""
    return say("Your accounts in {places} are one person's already; there is nothing to join.", places=_places(platforms))


def both_configured() -> Line:
    """Both are people of the configuration."""
    said = (
        "Both accounts belong to people who stand in the configuration, each with a name of their own. Only an admin can make them one, "
        "there: by giving one person both accounts."
    )
    return (said,)


def taken(platform: str) -> Line:
    """Both have an account in one workspace."""
    said = (
        f"Both of you have an account in the same workspace of {platform_name(platform)}, and a person has one account in each. If both "
        "are yours, ask an admin to write them into the configuration."
    )
    return (said,)


def joined(platforms: Sequence[str], first: str | None, cases: int, other: str) -> tuple[Line, ...]:
    """Say that it is done, and what it means."""
    return (
        say(
            "Done: your account here and that of {other} are one person's. Your cases in {places} are one list now{live}.",
            other=Typed(other),
            places=_places(platforms),
            live=f", {counted(cases, 'live case')} among them" if cases else "",
        ),
        _reminders(first),
        ("If that was not meant, `/case link undo` takes it back.",),
    )


def told(platforms: Sequence[str]) -> Line:
    """Tell whoever's accounts were joined, wherever they are reached."""
    mend = "If that was not you, type `/case link undo` and tell an admin."
    return say(
        "Your accounts in {places} are one person's now: what one may do, the other may. {mend}", places=_places(platforms), mend=mend
    )


def undone(cases: int) -> Line:
    """Say that accounts are apart again."""
    live = f" {counted(cases, 'live case')} {'takes' if cases == 1 else 'take'} account of it." if cases else ""
    meanwhile = "What was done meanwhile stands under your present name."
    return (f"Your accounts are different people again, each with the cases that it had.{live} {meanwhile}",)


def nothing_to_undo() -> Line:
    """No two accounts were joined by a code."""
    return ("No accounts of yours were joined by a code. What the configuration says of accounts, an admin can change there.",)


def prefers(platform: str, others: Sequence[str]) -> Line:
    """Say where reminders go from now on."""
    then = say("; if nothing gets through there, to {places}", places=_places(others)) if others else ()
    return say("What is for you goes to {first} first from now on{then}.", first=platform_name(platform), then=then)


def no_such_way(text: str, platforms: Sequence[str]) -> Line:
    """They have no account there."""
    known = (
        say("you can choose {places}", places=_places(platforms, "or")) if len(platforms) > 1 else ("`/case link` joins another account",)
    )
    return say("You have no account in “{text}” that is known here; {known}.", text=shortened(text, 40), known=known)


def can_choose(platforms: Sequence[str], first: str | None) -> Line:
    """Say where reminders go, and what there is to choose between."""
    if len(platforms) < 2:
        return say("You are known in {places} only. `/case link` joins your account on another platform.", places=_places(platforms))
    now = f"What is for you goes to {platform_name(first)} first. " if first else ""
    ways = listed([f"`/case prefer {platform}`" for platform in platforms if platform != first], "or")
    return say("{now}{ways} changes that.", now=now, ways=ways)


def _reminders(first: str | None) -> Line:
    if first is None:
        return ("`/case prefer` chooses where reminders go first.",)
    return (f"Reminders go to {platform_name(first)} first; `/case prefer` changes that.",)


def _places(platforms: Sequence[str], last: str = "and") -> Line:
    return listed([platform_name(platform) for platform in dict.fromkeys(platforms)], last)

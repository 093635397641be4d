"""What is said to somebody whose report looks like one that is there already, and the button to join it."""

from bot.chat import Button, Line, Moment
from bot.escalation.case import Case
from bot.wording import pieces as p
from bot.wording.buttons import LABELS, button
from bot.wording.plain import say


def looks_the_same(like: Case, case: Case) -> Line:
    """Tell whoever has just reported `case` that `like` may be the same problem."""
    return say(
        "{like} looks like the same: “{title}”, reported on {at}. If it is, press {join} and withdraw {case}.",
        like=p.name(like),
        title=p.title(like),
        at=Moment(like.opened_at),
        join=_label(like),
        case=p.name(case),
    )


def comes_back(like: Case, case: Case) -> Line:
    """Ask whoever has just reported `case` whether it is `like` again, which was closed."""
    return say(
        "Is this {like} again? “{title}” was closed as {outcome} on {at}. If it is, press {yes}: {like} goes on, and {case} joins it.",
        like=p.name(like),
        title=p.title(like),
        outcome=str(like.outcome),
        at=Moment(like.closed_at or like.opened_at),
        yes=_again(like),
        case=p.name(case),
    )


def again(like: Case, case: Case) -> Button:
    """Return the button that says that `case` is `like` again."""
    return Button(f"again-{like.id}", _again(like), case.id, case.version)


def join(case: Case) -> Button:
    """Return the button that says "me too" to a case, by its name: there may be several under one answer."""
    return button("metoo", case, _label(case))


def _again(case: Case) -> str:
    return f"Yes, {p.name(case)} again"


def _label(case: Case) -> str:
    return f"{LABELS['metoo']}: {p.name(case)}"

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


def join(case: Case) -> Button:
    """Return the button that says "me too" to a case, by its name: there may be several under one answer."""
    return button("metoo", case, _label(case))


def _label(case: Case) -> str:
    return f"{LABELS['metoo']}: {p.name(case)}"

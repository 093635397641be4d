"""What does a digest say of what keeps the next case away: changes, workarounds, remedies, routes, and what it has to take back?"""

from bot.chat import Line, Typed
from bot.escalation.org import Org
from bot.wording.amounts import amount, days
from bot.wording.digest_items import Content, Item, moment, pressed, said, some, title, with_whom
from bot.wording.plain import counted, say, shortened

_AGAINST = {
    "process": "rules and process did not help",
    "prevented": "nothing was done against its coming back",
    "came_back": "it came back",
}
_OUTCOMES = {"fixed": "fixed", "unconfirmed": "closed because nobody confirmed", "declined": "declined"}


def change(entry: Content, org: Org) -> Item:
    """Tell of what is being changed, and whether it helped."""
    lines = said(_state(entry), _from(entry), with_whom(entry, org))
    return Item(title(entry, org), lines, (pressed("show", "who owns this change", entry),), (entry["case"],))


def _state(entry: Content) -> Line:
    match entry["state"]:
        case "came_back":
            return ("It was made, and the cause came back; it is open again.",)
        case "overdue":
            return say("Overdue for {days}: it was to be made by {by}.", days=days(entry["days_overdue"]), by=moment(entry["by"]))
        case "made":
            below, above = entry["fixed_at_level_0_since"], entry["escalated_since"]
            since = f"{counted(below, 'case')} fixed at level 0 since, {above} only after escalation"
            return say("Made on {at}; {since}.", at=moment(entry["made"]), since=since if below or above else "no case of this cause since")
        case _:
            return say("To be made by {by}.", by=moment(entry["by"])) if entry["by"] else ("No date was set for it.",)


def _from(entry: Content) -> Line:
    cause: Line = say("Cause: {cause}.", cause=shortened(entry["cause"])) if entry["cause"] else ()
    came: Line = say("Promised when {case} was fixed. ", case=entry["from"]) if entry["from"] else ()
    return say("{came}{cause}", came=came, cause=cause) if came or cause else ()


def debt(entry: Content, org: Org) -> Item:
    """Tell of a workaround that has expired, or will soon."""
    leaning = f"{counted(entry['leaning'], 'case leans', 'cases lean')} on it"
    renewed = f", renewed {counted(entry['renewals'], 'time')}" if entry["renewals"] else ""
    word = "Expired on {at}; {leaning}{renewed}." if entry["state"] == "expired" else "Expires on {at}; {leaning}{renewed}."
    line = say(word, at=moment(entry["expires"]), leaning=leaning, renewed=renewed)
    return Item(title(entry, org), said(line, with_whom(entry, org)), (pressed("show", "show", entry),), (entry["case"],))


def disagreement(entry: Content, org: Org) -> Item:
    """Tell of a case that was fast and bad, or slow and good."""
    against = " and ".join(_AGAINST.get(why, why) for why in entry["against"])
    line = f"Fixed in time, but {against}." if entry["in_time"] else "Late, and still the reporter had nothing against it."
    return Item(title(entry, org), ((line,),), (pressed("show", "show", entry),), (entry["case"],))


def correction(entry: Content, org: Org) -> Item:
    """Tell of what an earlier digest said, and is not so any more."""
    told = _OUTCOMES.get(entry["told"], entry["told"])
    line: Line
    match entry["what"]:
        case "reopened":
            line = (f"It was told as {told}; it was taken up again, and is {_OUTCOMES.get(entry['now'], entry['now'])} now.",)
        case "confirmed":
            line = (f"It was told as {told}; it has been confirmed as fixed since.",)
        case "cost":
            line = (f"A cost of {amount(entry['added'])} was recorded later; {amount(entry['cost'])} in all.",)
        case "lacked":
            line = say("What level 0 lacked was said later: {what}.", what=shortened(entry["lacked"] or "not said"))
        case other:
            line = (Typed(str(other)),)
    return Item(title(entry, org), (line,), (pressed("show", "show", entry),), (entry["case"],))


def waiting(entry: Content) -> list[str]:
    """Return the cases that have not been offered a remedy yet."""
    return list(entry.get("waiting", ()))


def sufferer(entry: Content, org: Org) -> Item:
    """Tell of the cases, open or unconfirmed, with the cause of one that was fixed by escalating: their reporters did not shout."""
    cases = waiting(entry)
    count = counted(len(cases), "other case that is not confirmed has", "other cases that are not confirmed have")
    line: Line = say("{count} the same cause: {cases}.", count=count, cases=some(cases)) if cases else ()
    offered, settled = list(entry.get("offered", ())), list(entry.get("settled", ()))
    told = f"The same remedy was offered to {len(offered) + len(settled)} so far, and {len(settled)} of those"
    so_far: Line = (f"{told} {'is' if len(settled) == 1 else 'are'} settled.",) if offered or settled else ()
    buttons = (pressed("remedies", "offer the same remedy", entry),) if cases else ()
    return Item(title(entry, org), said(line, so_far), buttons, (entry["case"],))


def route(entry: Content, org: Org) -> Item:
    """Tell of a way to make contact that leads nowhere, or did so for a while."""
    found = " A probe found it." if entry.get("probed") else ""
    words = "It was down from {since} until {until}.{found}" if entry.get("until") else "Down since {since}.{found}"
    until = {"until": moment(entry["until"])} if entry.get("until") else {}
    since = say(words, since=moment(entry["since"]), found=found, **until)
    return Item(title(entry, org), said(since, with_whom(entry, org)), (pressed("show", "show", entry),), (entry["case"],))


def unannounced(entry: Content, org: Org) -> Item:
    """Tell of a case whose cause was a change that nobody had announced."""
    return Item(title(entry, org), said(with_whom(entry, org)), (pressed("show", "show", entry),), (entry["case"],))

"""What do the words after a verb say? They become the same values that its form has, so that there is one road to a request."""

import re
from collections.abc import Callable, Mapping

from bot.escalation.org import Org
from bot.escalation.words import RouteId
from bot.handlers.names import leading, people_by_name, services_by_name, trailing
from bot.handlers.reports import asked_before, heading, service_of

Values = Mapping[str, str]

# The verbs whose words are one value, and its name.
ONE_VALUE = {
    "chase": "why",
    "note": "text",
    "promise": "until",
    "ask": "question",
    "answer": "text",
    "decline": "why",
    "reopen": "why",
    "escalate": "why",
    "withdraw": "why",
    "moretime": "until",
    "severity": "severity",
    "cause": "one",
    "time": "minutes",
    "back": "person",
    "link": "code",
    "prefer": "platform",
    "digest": "to",
}

_KIND = re.compile(r"(fix|fixed|workaround|work-around)\b[\s,]*", re.IGNORECASE)
_CAUSE = re.compile(r"([^:\n]{1,60}):(?:\s+|$)(.*)", re.DOTALL)
_SUM = r"[^\s\w]?\s?[0-9][0-9.,']*\s?[^\s\w,;:]?"
_AMOUNT = re.compile(rf"(?P<cost>{_SUM})(?:[\s,;:]+(?:(?:out of|from|of|on|for|to)\s+)?(?:the\s+)?(?P<budget>.+))?", re.DOTALL)
_COST = re.compile(
    rf"[\s,;.]+cost(?:s|ing)?:?\s+(?P<cost>{_SUM})(?:\s+(?:from|out of)\s+(?P<budget>[^.;\n]{{1,60}}))?[.;]?\s*$", re.IGNORECASE
)
_COST_OF = re.compile(rf"[\s,;.]+cost(?:s|ing)?:?\s+(?P<cost>{_SUM})\s+(?P<budget>[\w -]{{1,60}}?)[.;]?\s*$", re.IGNORECASE)
_BUDGET = re.compile(r"\s+budget\.?$", re.IGNORECASE)
_INTO = re.compile(r"(?:into|with|to)\s+", re.IGNORECASE)
_TO = re.compile(r"(?:to|over to)\s+", re.IGNORECASE)
_BECAUSE = re.compile(r"(?:because|since|as)\s+", re.IGNORECASE)
_COVERS = re.compile(r"[\s,]+(?:covers|covering|is covering|answers|will cover|stands in)\.?$", re.IGNORECASE)
_COVERED = re.compile(r"[\s,;]+(?:is\s+)?(?:covered by|cover(?:ing|er)?:?|deputy:?|and|with|by|->)\s*$", re.IGNORECASE)
_ANNOUNCED = re.compile(r"(?:move\s+)?(A-?[0-9]{1,9})\b[:,]?\s*", re.IGNORECASE)
_OFF = re.compile(r"(?:is\s+)?(?:off|withdrawn|withdraw|called off|cancelled|canceled)[.!]?", re.IGNORECASE)
_UNTIL = re.compile(r"\s+(?:to|until|till|through|-|\u2013)\s+", re.IGNORECASE)
_FROM = re.compile(r"^(?:from|on|at)\s+", re.IGNORECASE)
_FROM_UNTIL = re.compile(r"from\s+(.+?)\s+(?:until|till|to|-)\s+(.+)", re.IGNORECASE | re.DOTALL)


def values_of(verb: str, words: str, org: Org) -> Values:
    """Return the values that these words give; what is missing is missing here too."""
    if not words:
        return {}
    if verb in ONE_VALUE:
        return {ONE_VALUE[verb]: words}
    reader = _READERS.get(verb)
    return {name: value for name, value in reader(words, org).items() if value} if reader else {}


def _renew(words: str, org: Org) -> Values:
    # A time of day has a colon too, but no space after it.
    until, *why = re.split(r":\s+", words, maxsplit=1)
    return {"until": until.strip(), "why": "".join(why).strip()}


def _lacked(words: str, org: Org) -> Values:
    """Read "authority: clerks may correct bills": what was lacking, and what must change."""
    lacked, _, change = words.partition(":")
    return {"lacked": lacked.strip(), "change": change.strip()}


def _remedy(words: str, org: Org) -> Values:
    return {"helped": words.strip().casefold()}


def _outcome(words: str, org: Org) -> Values:
    question, _, answer = words.strip().casefold().partition(" ")
    return {"question": question, "answer": {"yes": "1", "no": "0"}.get(answer.strip(), answer.strip())}


def routes_by_name(org: Org) -> dict[str, RouteId]:
    """Return all contact routes under their names and ids."""
    names = {" ".join(route.name.lower().split()): route.id for route in org.routes.values()}
    return names | {route.lower(): route for route in org.routes}


def _dead(words: str, org: Org) -> Values:
    """ "website", "website: it says 404", "the contact form because it says 404"."""
    rest = re.sub(r"^the\s+", "", words.strip(), flags=re.IGNORECASE)
    named = leading(rest, routes_by_name(org))
    if named is not None:
        return {"route": str(named[0]), "why": _BECAUSE.sub("", named[1], count=1) if _BECAUSE.match(named[1]) else named[1].strip()}
    route, _, why = rest.partition(":")
    return {"route": route.strip(), "why": why.strip()}


def _announce(words: str, org: Org) -> Values:
    """ "billing Friday 18:00 to Saturday 06:00: the meters are read anew"; "A-3 Friday ..." moves one, "A-3 off" withdraws it."""
    number = _ANNOUNCED.match(words)
    named = None if number else leading(words, services_by_name(org))
    rest = words[number.end() :] if number else named[1] if named else words
    if number and _OFF.fullmatch(rest.strip()):
        return {"announcement": number[1], "off": "yes"}
    # A time of day has a colon too, but no space after it.
    times, *text = re.split(r":\s+", rest.strip(), maxsplit=1)
    start, *end = _UNTIL.split(f" {times}" if number else times, maxsplit=1)  # of what has begun only the end is said: "A-3 until 18:00"
    found = {"announcement": number[1] if number else "", "from": _FROM.sub("", start.strip()), "until": "".join(end).strip(" :")}
    return found | {"service": str(named[0]) if named else "", "text": "".join(text).strip()}


def _report(words: str, org: Org) -> Values:
    head = heading(words, org)
    return {
        "text": head.text,
        "service": head.service or service_of(head.text, org) or "",
        "severity": head.severity or "",
        "private": "yes" if head.private else "",
        "concerned": ",".join(head.concerned),
        "asked_before": str(asked_before(head.text) or ""),
    }


def _handover(words: str, org: Org) -> Values:
    """ "ben: it is the meter team's", "to Ben Okoro because ...", "metering, wrong desk"."""
    rest = _TO.sub("", words, count=1) if _TO.match(words) else words
    # A person goes before a service of the same name.
    names: dict[str, str] = {**services_by_name(org), **people_by_name(org)}
    named = leading(rest, names)
    if named is None:
        to, colon, why = rest.partition(":")
        to, why = (to, why) if colon and len(to) <= 60 else (rest.split()[0], rest.partition(" ")[2])
        return {"to": to.strip(), "why": why.strip()}
    return {"to": str(named[0]), "why": _BECAUSE.sub("", named[1], count=1) if _BECAUSE.match(named[1]) else named[1].strip()}


def _resolve(words: str, org: Org) -> Values:
    """ "fix process: reading corrected, bill reissued cost 120 from billing". Without a colon the cause is still to be asked for."""
    cost = _COST.search(words) or _cost_of_a_budget(words, org)
    text = words[: cost.start()].rstrip(" ,;") if cost else words
    kind = _KIND.match(text)
    rest = text[kind.end() :] if kind else text
    cause = _CAUSE.match(rest.lstrip(": "))
    return {
        "kind": "workaround" if kind and kind[1].lower().startswith("work") else "fix",
        "cause": cause[1].strip() if cause else "",
        "explanation": (cause[2] if cause else rest).strip(": \n"),
        "cost": cost["cost"] if cost else "",
        "budget": _budget(cost["budget"]) if cost else "",
    }


def _cost_of_a_budget(words: str, org: Org) -> re.Match[str] | None:
    """Read "cost 120 billing", if billing is a budget: "cost 120 euros" says nothing of whose they are."""
    found = _COST_OF.search(words)
    budgets = {str(name).lower() for service in org.services.values() for name in (service.budget, service.team, service.id)}
    return found if found and _budget(found["budget"]).lower() in budgets else None


def _cost(words: str, org: Org) -> Values:
    match = _AMOUNT.fullmatch(words)
    return {"cost": match["cost"].strip(), "budget": _budget(match["budget"])} if match else {"cost": words}


def _budget(text: str | None) -> str:
    return _BUDGET.sub("", (text or "").strip())


def _merge(words: str, org: Org) -> Values:
    return {"to": _INTO.sub("", words, count=1) if _INTO.match(words) else words}


def _away(words: str, org: Org) -> Values:
    """ "until Friday ben", "Friday 17:00, ben covers", and for admins "ben until Friday ana"."""
    people = people_by_name(org)
    whom = leading(words, people)
    person, rest = (str(whom[0]), whom[1]) if whom else ("", words)
    covered = trailing(_COVERS.sub("", rest), people)
    until, to = (covered[0], str(covered[1])) if covered else (rest, "")
    until = _COVERED.sub("", until)
    span = _FROM_UNTIL.fullmatch(until)
    return {"person": person, "from": span[1] if span else "", "until": span[2] if span else until, "to": to}


_READERS: Mapping[str, Callable[[str, Org], Values]] = {
    "dead": _dead,
    "announce": _announce,
    "renew": _renew,
    "lacked": _lacked,
    "remedy": _remedy,
    "outcome": _outcome,
    "report": _report,
    "handover": _handover,
    "resolve": _resolve,
    "cost": _cost,
    "merge": _merge,
    "again": _merge,
    "away": _away,
}

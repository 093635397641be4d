"""Which questions does a verb ask? One form a verb, with the field names of the contract and questions that people understand.

What is known already is filled in. Labels and titles are short enough for every platform (45 and 24 characters).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.chat import Field, FieldType, Form, Option
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.words import FixKind, PersonId, case_name

LACKED = {
    "authority": "Authority to decide it",
    "information": "Information",
    "access": "Access to a system",
    "time": "Time",
    "an owner": "An owner who felt responsible",
    "other": "Something else",
}
CAUSES = {
    "process": "A process or a rule",
    "information": "Wrong or missing information",
    "data": "Wrong data",
    "software": "Software",
    "equipment": "Equipment",
    "supplier": "A supplier",
    "capacity": "Too few hands",
    "training": "Nobody had been shown how",
    "change": "A change that went wrong",
}

_Fields = Callable[[Case | None, Org, PersonId], tuple[Field, ...]]


def form(verb: str, case: Case | None, org: Org, by: PersonId, now: datetime, form_id: str, preset: Mapping[str, str]) -> Form | None:
    """Return a verb's form, with what is known filled in; None for a verb that needs no more than a press."""
    if verb not in _FORMS or (case is None and verb in OF_A_CASE) or (verb == "dead" and not org.routes):
        return None
    title, fields = _FORMS[verb]
    name = case_name(case.id) if case else ""
    asked = tuple(
        replace(field, value=preset.get(field.name) or field.value) for field in fields(case, org, by) if _is_asked(field, preset)
    )
    return Form(form_id, title.format(case=name), asked)


def _is_asked(field: Field, preset: Mapping[str, str]) -> bool:
    if field.name in _ONLY_WITH_VALUE:
        return bool(preset.get(field.name))
    return not preset.get(_NOT_WITH.get(field.name, ""))


def _field(name: str, label: str, type: FieldType, value: str | None = None, *options: Option, required: bool = True) -> Field:
    return Field(name, label, type, required, options, value)


def _one(name: str, label: str, type: FieldType = "long", *, required: bool = True) -> _Fields:
    return lambda _case, _org, _by: (_field(name, label, type, required=required),)


def _report(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    usual = next((service.id for service in org.services.values() if service.default), None)
    return (
        _field("service", "What is it about?", "select", usual, *_services(org)),
        _field("title", "What is wrong, in one line?", "text"),
        _field("text", "What happened, and where?", "long", required=False),
        _field("severity", "How bad is it?", "select", org.default_severity().id, *_severities(org), required=False),
        _field("asked_before", "How often have you asked about it already?", "number", "0", required=False),
        _field("private", "Keep it private, for those on it only", "check", required=False),
    )


def _handover(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    # One of the two; which of them is missing is told when it is sent.
    return (
        _field("to", "Who should take it over?", "person", required=False),
        _field("service", "Or which service's desk?", "select", None, *_services(org), required=False),
        _field("why", "Why they? They read this", "long"),
    )


def _resolve(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    return (
        _field("explanation", "What was wrong, and what was done?", "long"),
        replace(_field("cause", "What caused it, in a word or two?", "text"), suggestions=_causes()),
        _field("kind", "Is the problem gone, or only got round?", "select", FixKind.FIX, *_KINDS),
        _field("expires", "Only got round: put right by when?", "time", required=False),
        _field("minutes", "How many minutes did it take you?", "number", required=False),
        _field("cost", "What did it cost?", "number", required=False),
        _field("budget", "Whose budget paid?", "text", case.budget if case else None, required=False),
        *((_lacked(),) if case and case.escalations else ()),
        _field("change", "What must change so it does not come back?", "long", required=False),
        _field("change_owner", "Who makes that change?", "person", required=False),
        _field("change_by", "By when?", "time", required=False),
    )


def _said_lacked(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    done = case.resolution if case else None
    return (
        replace(_lacked(), value=done.lacked if done else None),
        _field("change", "What must change so it does not come back?", "long", done.change if done else None, required=False),
        _field("change_owner", "Who makes that change?", "person", done.change_owner if done else None, required=False),
        _field("change_by", "By when?", "time", required=False),
    )


def _renew(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    return (_field("until", "Until when does it stand?", "time"), _field("why", "Why not put right by then?", "long"))


def _causes() -> tuple[Option, ...]:
    return tuple(Option(cause, label) for cause, label in CAUSES.items())


_KINDS = (Option(FixKind.FIX, "Gone: it is fixed"), Option(FixKind.WORKAROUND, "Got round: a workaround"))


def _lacked() -> Field:
    options = (Option(lack, label) for lack, label in LACKED.items())
    return _field("lacked", "What was missing before it was escalated?", "select", None, *options, required=False)


def _severity(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    wish = case.severity_wish.severity if case and case.severity_wish else None
    now = case.severity if case else org.default_severity().id
    return (_field("severity", "How bad is it?", "select", wish or now, *_severities(org)),)


def _cost(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    return (
        _field("cost", "What did it cost?", "number"),
        _field("budget", "Whose budget paid?", "text", case.budget if case else None),
    )


def _away(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    known = org.people.get(by)
    deputy = known.deputy if known else None
    return (
        _field("until", "Until when are you away?", "time"),
        _field("to", "Who answers for you meanwhile?", "person", deputy, required=False),
    )


def _dead(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    routes = (Option(route.id, route.name) for route in org.routes.values())
    return (
        _field("route", "What does not work?", "select", None, *routes),
        _field("why", "What happens instead?", "long", required=False),
    )


def _announce(case: Case | None, org: Org, by: PersonId) -> tuple[Field, ...]:
    return (
        _field("announcement", "Which announcement is moved?", "text"),
        _field("service", "What will change?", "select", None, *_services(org)),
        _field("from", "From when?", "time"),
        _field("until", "Until when?", "time"),
        _field("text", "What will people notice?", "long"),
    )


def _services(org: Org) -> tuple[Option, ...]:
    return tuple(Option(service.id, service.name) for service in org.services.values())


def _severities(org: Org) -> tuple[Option, ...]:
    ranked = sorted(org.severities.values(), key=lambda severity: severity.rank)
    return tuple(Option(severity.id, severity.id.replace("_", " ").capitalize()) for severity in ranked)


# The title and the questions of each verb's form.
_FORMS: Mapping[str, tuple[str, _Fields]] = {
    "report": ("Report a problem", _report),
    "promise": ("{case}: promise a date", _one("until", "By when will it be fixed?", "time")),
    "ask": ("{case}: ask the reporter", _one("question", "What do you need to know?")),
    "handover": ("{case}: hand over", _handover),
    "resolve": ("{case}: it is fixed", _resolve),
    "escalate": ("{case}: next level", _one("why", "Why should it go up now?")),
    "moretime": ("{case}: more time", _one("until", "How long, or until when?", "text")),
    "withdraw": ("{case}: withdraw", _one("why", "Why is it not needed any more?")),
    "decline": ("{case}: decline", _one("why", "Why not? The others read this")),
    "note": ("{case}: note", _one("text", "What is there to note?")),
    "answer": ("{case}: answer", _one("text", "Your answer")),
    "reopen": ("{case}: still broken", _one("why", "What is still wrong?", required=False)),
    "severity": ("{case}: severity", _severity),
    "merge": ("{case}: merge", _one("to", "Which case is it the same as?", "text")),
    "again": ("{case}: again", _one("to", "Which case is it again?", "text")),
    "cost": ("{case}: cost", _cost),
    "lacked": ("{case}: what was lacking", _said_lacked),
    "renew": ("{case}: let it stand", _renew),
    "time": ("{case}: time spent", _one("minutes", "How many minutes?", "number")),
    "away": ("You are away", _away),
    "dead": ("It does not work", _dead),
    "announce": ("Announce a change", _announce),
    "link": ("Join your accounts", _one("code", "The code from your other account", "text")),
}
OF_A_CASE = frozenset(_FORMS) - {"report", "away", "link", "dead", "announce"}
_NOT_WITH = {"service": "announcement"}  # what is announced already is of its service
_ONLY_WITH_VALUE = frozenset({"announcement"})  # asked only where one is known already

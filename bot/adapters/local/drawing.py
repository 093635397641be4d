"""What do messages, answers, forms and cases look like as JSON?

Pure functions, each the other side of a row in DESIGN.md section 9. What is extra beside the contract stands in docs/api.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.adapters.local.ladder import chain_json
from bot.adapters.local.workspace import iso
from bot.chat import Button, Chart, Field, Form, Reply
from bot.escalation.case import Case
from bot.escalation.facts import Fact, Linked, Merged, RemedyAnswered, RemedyOffered, Reopened, apply
from bot.escalation.fate import fate
from bot.escalation.lasting import cause_of
from bot.escalation.org import Org
from bot.escalation.words import PersonId, case_name
from bot.ports import Letter
from bot.wording.fate import fate_line
from bot.wording.plain import plain
from bot.wording.timeline import entry

Json = dict[str, Any]
_SAID_ELSEWHERE = frozenset({"at", "fact", "by", "n", "text"})


def letter_json(letter: Letter, chart: Chart | None = None) -> Json:
    """Draw a message; `chart` is its picture, which has an address of its own."""
    drawn: Json = {"id": letter.id, "at": iso(letter.at), "from": letter.sender, "text": letter.text}
    if letter.case is not None:
        drawn["case"] = case_name(letter.case)
    if letter.cases:
        drawn["cases"] = [case_name(case) for case in letter.cases]
    if letter.thread is not None:
        drawn["thread"] = letter.thread
    drawn["buttons"] = [button_json(button) for button in letter.buttons]
    if chart is not None:
        drawn["picture"] = {"url": f"/api/pictures/{letter.id}.png", "alt": chart.alt}
    if letter.edited is not None:
        drawn["edited"] = iso(letter.edited)
    if letter.reactions:
        drawn["reactions"] = [{"emoji": emoji, "by": person} for emoji, person in letter.reactions]
    return drawn


def button_json(button: Button) -> Json:
    """Draw a button."""
    drawn: Json = {"id": button.id, "label": button.label}
    if button.case is not None:
        drawn["case"] = case_name(button.case)
    if button.style != "plain":
        drawn["style"] = button.style
    return drawn


def answer_json(reply: Reply, zone: str, now: datetime, *, always: bool) -> Json:
    """Draw the answer to a call: faults of a form's fields, and the reply, if anything is said (or one is always wanted)."""
    drawn: Json = {"errors": dict(reply.errors)} if reply.errors else {}
    said = reply.lines or reply.form or reply.buttons
    if said or (always and not reply.errors):
        drawn["reply"] = reply_json(reply, zone, now)
    return drawn


def reply_json(reply: Reply, zone: str, now: datetime) -> Json:
    """Draw what only the person who asked sees."""
    drawn: Json = {"text": "\n".join(plain(line, zone, now) for line in reply.lines)}
    if reply.form is not None:
        drawn["form"] = form_json(reply.form)
    if reply.case is not None:
        drawn["case"] = case_name(reply.case)
    if reply.buttons:
        drawn["buttons"] = [button_json(button) for button in reply.buttons]
    if reply.refused:
        drawn["refused"] = True
    return drawn


def form_json(form: Form) -> Json:
    """Draw a form."""
    return {"id": form.id, "title": form.title, "fields": [_field_json(field) for field in form.fields]}


def _field_json(field: Field) -> Json:
    drawn: Json = {"name": field.name, "label": field.label, "type": field.type, "required": field.required}
    if field.options:
        drawn["options"] = [{"id": option.id, "label": option.label} for option in field.options]
    if field.suggestions:
        drawn["suggestions"] = [{"id": option.id, "label": option.label} for option in field.suggestions]
    if field.value is not None:
        drawn["value"] = field.value
    return drawn


def case_json(case: Case, org: Org, now: datetime, zone: str) -> Json:
    """Draw a case as it stands, without its timeline."""
    drawn: Json = {"id": case_name(case.id), "status": case.status.value}
    if case.outcome is not None:
        drawn["outcome"] = case.outcome.value
    drawn |= {
        "owner": case.owner,
        "level": case.level,
        "accountable": case.accountable,
        "contacts": case.contacts,
        "handovers": case.handovers,
        "due": iso(case.due) if case.due else None,
        "fate": plain(fate_line(case, org, now), zone, now),
        "kind": case.kind.value,
        "title": case.title,
        "text": case.text,
        "service": case.service,
        "severity": case.severity,
        "reporter": case.reporter,
        "affected": list(case.affected),
        "private": case.private,
        "opened_at": iso(case.opened_at),
        "escalations": case.escalations,
        "chases": case.chases,
        "broken_promises": case.broken_promises,
    }
    if case.promise is not None:
        drawn["promise"] = iso(case.promise.until)
    if case.closed_at is not None:
        drawn["closed_at"] = iso(case.closed_at)
    if case.merged_into is not None:
        drawn["merged_into"] = case_name(case.merged_into)
    return drawn | _lasting_json(case)


def _lasting_json(case: Case) -> Json:
    """Draw what came of a case and what it came of, as far as there is any of it."""
    told = {"needed": case.outcomes.needed, "process": case.outcomes.process, "prevented": case.outcomes.prevented}
    drawn: Json = {
        "origin": case_name(case.origin) if case.origin is not None else None,
        "under": case_name(case.under) if case.under is not None else None,
        "cause": cause_of(case) or None,
        "linked": [case_name(other) for other in case.linked] or None,
        "wanted_by": iso(case.wanted_by) if case.wanted_by else None,
        "renewals": case.renewals or None,
        "minutes": sum(effort.minutes for effort in case.efforts) or None,
        "outcomes": {question: answer for question, answer in told.items() if answer is not None} or None,
    }
    return {name: value for name, value in drawn.items() if value is not None}


def whole_case_json(case: Case, facts: Sequence[Fact], org: Org, now: datetime, zone: str) -> Json:
    """Draw a case with its timeline, its chain and what comes next."""
    coming = fate(case, org, now)
    return case_json(case, org, now, zone) | {
        "timeline": _timeline_json(facts, org, now, zone),
        "chain": chain_json(case, facts, org, now, coming.goes_at),
        "next": data_json(coming),
    }


def _timeline_json(facts: Sequence[Fact], org: Org, now: datetime, zone: str) -> list[Json]:
    drawn, before = list[Json](), None
    for fact in facts:
        drawn.append(fact_json(fact, before, org, now, zone))
        before = apply(before, fact)
    return drawn


def fact_json(fact: Fact, before: Case | None, org: Org, now: datetime, zone: str) -> Json:
    """Draw one entry of a timeline: when, what, who, in words, and what the fact itself carries."""
    drawn: Json = {"n": fact.n, "at": iso(fact.at), "fact": fact.what.name}
    if fact.by is not None:
        drawn["by"] = fact.by
    carried = {name: value for name, value in data_json(fact.what).items() if name not in _SAID_ELSEWHERE and value is not None}
    if isinstance(fact.what, Merged):
        carried |= {name: case_name(carried[name]) for name in ("into", "absorbed") if name in carried}
    if isinstance(fact.what, Linked | Reopened | RemedyOffered | RemedyAnswered):
        carried |= {name: case_name(carried[name]) for name in ("case", "under", "back", "of") if name in carried}
    return drawn | {"text": plain(entry(fact, org, before), zone, now)} | carried


def data_json(value: object) -> Json:
    """Draw a frozen value as it is, field by field."""
    return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}  # type: ignore[arg-type]  # every fact is a dataclass


def _plain(value: object) -> Any:
    match value:
        case datetime():
            return iso(value)
        case Decimal():
            return str(value)
        case tuple():
            return [_plain(part) for part in value]
        case Mapping():
            return {str(name): _plain(part) for name, part in value.items()}
        case _:
            return value


def zone_of(person: PersonId | None, org: Org) -> str:
    """Return the zone that a person reads times in; the organisation's for nobody in particular."""
    known = org.people.get(person) if person is not None else None
    return known.calendar.zone if known else org.zone

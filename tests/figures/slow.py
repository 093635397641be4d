"""Everything that a digest says, computed slowly from an export. It knows docs/figures.md and nothing of the program."""

import itertools
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
CLOSED_FOR_GOOD = ("fixed", "unconfirmed")
ENDED = ("fixed", "unconfirmed", "declined")


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: Any) -> Any:
    """Write a number: whole if it is whole, else to four decimals."""
    return int(value) if value == int(value) else round(float(value), 4)


def middle(values: list[Any]) -> Any:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def length(start: datetime, end: datetime, unit: timedelta) -> Any:
    micros = max((end - start) // timedelta(microseconds=1), 0)
    return plain(Fraction(micros, unit // timedelta(microseconds=1)))


def same_words(cause: str) -> str:
    return " ".join(cause.casefold().split())


class Book:
    """Every case of an export by its name."""

    def __init__(self, lines: list[Json], rates: list[Decimal], teams: dict[str, str | None]) -> None:
        self.cases = {line["id"]: line for line in lines}
        self.rates = rates
        self.teams = teams

    # --- how a case stood after its first so many facts

    def count(self, name: str, until: datetime) -> int:
        """Return how many facts a case has before a moment."""
        return sum(moment(fact["at"]) < until for fact in self.cases[name]["timeline"])

    def facts(self, name: str, n: int) -> list[Json]:
        found: list[Json] = self.cases[name]["timeline"][:n]
        return found

    def stands(self, name: str, n: int) -> Json:
        stood: Json = {}
        for fact in self.facts(name, n):
            stood.update(fact["stands"])
        return stood

    def _until(self, name: str, at: str) -> int:
        return sum(moment(fact["at"]) <= moment(at) for fact in self.cases[name]["timeline"])

    def contacts(self, name: str, n: int) -> int:
        found = 0
        for fact in self.facts(name, n):
            match fact["fact"]:
                case "reported":
                    found = 1 + fact["asked_before"]
                case "chased":
                    found += 1
                case "reopened" if fact["by"] is not None:
                    found += 1
                case "merged" if fact["absorbed"]:
                    others = self.contacts(f"C-{fact['absorbed']}", self._until(f"C-{fact['absorbed']}", fact["at"]))
                    found = max(1, found - others) if fact["undone"] else found + others
        return found

    def escalations(self, name: str, n: int) -> int:
        found = 0
        for index, fact in enumerate(self.facts(name, n)):
            if fact["fact"] == "escalated":
                found += 1
            if fact["fact"] == "merged" and fact["absorbed"] and not fact["undone"]:
                other = f"C-{fact['absorbed']}"
                there = self._until(other, fact["at"])
                if self.stands(other, there)["level"] > self.stands(name, index)["level"]:
                    found += self.escalations(other, there)
        return found

    def opened(self, name: str, n: int) -> datetime:
        facts = self.facts(name, n)
        since = moment(facts[0]["at"])
        for fact in facts:
            if fact["fact"] == "merged" and fact["absorbed"] and not fact["undone"]:
                other = f"C-{fact['absorbed']}"
                since = min(since, self.opened(other, self._until(other, fact["at"])))
        return since

    def arrived(self, name: str, n: int) -> datetime:
        there = [fact for fact in self.facts(name, n) if fact["fact"] == "escalated" or "level" in fact["stands"]]
        return moment(there[-1]["at"])

    # --- a case in a span

    def told(self, name: str, start: datetime, end: datetime) -> Json | None:
        """Return what there is to say of a case in a span; None if it was not there yet."""
        n, before = self.count(name, end), self.count(name, start)
        if n == 0:
            return None
        line, facts, stood = self.cases[name], self.facts(name, n), self.stands(name, n)
        within = facts[before:]
        fix = _fixed_by(facts)
        closed = [moment(f["at"]) for f in facts if f["stands"].get("status") == "closed"]
        # Confirmed late: closed already, and closed anew by its confirmation.
        closed += [
            moment(f["at"]) for f in facts if f["fact"] in ("confirmed", "remedy_answered") and f["stands"].get("outcome") == "fixed"
        ]
        is_closed = stood["status"] == "closed"
        closed_at = max(closed) if is_closed else None
        said: Json = {"name": name, "kind": line["kind"], "private": line["private"], "title": line["title"], "n": n, "before": before}
        said |= {"facts": facts, "within": within, "stood": stood, "was": self.stands(name, before) if before else None}
        said["outcome"] = stood.get("outcome") if is_closed else None
        said["closed_at"], said["closed_within"] = closed_at, closed_at is not None and closed_at >= start
        said["fix"] = fix
        said["fix_at"] = moment(facts[fix - 1]["at"]) if fix else None
        said["went_up"] = fix is not None and self.escalations(name, fix) > 0
        said["is_fix"] = line["kind"] == "problem" and said["closed_within"] and said["outcome"] == "fixed"
        target = stood.get("target")
        said["in_time"] = None if target is None else said["fix_at"] is not None and said["fix_at"] <= moment(target)
        said["by_request"] = any(f["fact"] == "escalated" and f["why"] == "asked_by_reporter" for f in facts)
        said["resolved"] = self._resolved(facts)
        said["cause"] = (said["resolved"] or {}).get("cause", "") or ""
        said["came_back"] = any(f["fact"] == "reopened" and f["before"] in CLOSED_FOR_GOOD for f in within)
        return said

    @staticmethod
    def _resolved(facts: list[Json]) -> Json | None:
        """Return the resolution that holds: one that was objected to, or left behind by going up, does not."""
        holds = None
        for fact in facts:
            if fact["fact"] == "resolved":
                holds = fact
            elif fact["fact"] in ("reopened", "escalated"):
                holds = None
        return holds

    def span(self, start: datetime, end: datetime) -> list[Json]:
        found = [self.told(name, start, end) for name in self.cases]
        return [said for said in found if said is not None]

    # --- the figures

    def figures(self, start: datetime, end: datetime) -> tuple[Json, Json]:
        """Return the figures of a span, and the cases behind each."""
        every = [said for said in self.span(start, end) if said["kind"] == "problem"]
        fixes = [said for said in every if said["is_fix"]]
        above, below = [s for s in fixes if s["went_up"]], [s for s in fixes if not s["went_up"]]
        values: Json = {}
        behind: Json = {}

        def put(name: str, value: Any, cases: list[Json]) -> None:
            values[name] = value
            numbers = sorted(int(said["name"][2:]) for said in cases if not said["private"])
            behind[name] = {"cases": [f"C-{n}" for n in numbers], "private": sum(said["private"] for said in cases)}

        def count(name: str, cases: list[Json]) -> None:
            put(name, len(cases), cases)

        def happened(name: str, fact: str, **details: str) -> None:
            def is_it(one: Json) -> bool:
                return one["fact"] == fact and all(one[key] == value for key, value in details.items())

            put(name, sum(is_it(f) for s in every for f in s["within"]), [s for s in every if any(is_it(f) for f in s["within"])])

        count("reported", [said for said in every if any(fact["fact"] == "reported" for fact in said["within"])])
        count("fixes", fixes)
        count("escalated_fixes", above)
        put("share_escalated", round(len(above) / len(fixes), 3) if fixes else None, fixes)
        shown = [said for said in fixes if not said["private"]]
        contacts = [self.contacts(said["name"], said["n"]) for said in shown]
        each = {"median": plain(middle(contacts)), "mean": plain(Fraction(sum(contacts), len(contacts)))} if shown else None
        put("contacts_per_resolution", each, shown)
        for name, which in (("median_hours_below", below), ("median_hours_above", above)):
            these = [said for said in which if not said["private"]]
            put(name, self._median_hours(these), these)
        odds, ended = self._odds(every)
        put("odds", odds, ended)
        count("self_confirmed", [said for said in fixes if self._own_key(said)])
        count("unconfirmed", [said for said in every if said["closed_within"] and said["outcome"] == "unconfirmed"])
        count("reopened", [said for said in every if said["came_back"]])
        count("workarounds", [said for said in fixes if said["resolved"] and said["resolved"]["kind"] == "workaround"])
        put("lacked", self._lacked(above), [said for said in above if not said["private"]])
        happened("promises_kept", "promise_kept")
        happened("promises_broken", "promise_broken")
        happened("handover_loops", "escalated", why="handover_loop")
        self._money(every, put)
        self._outcomes(every, put)
        return values, behind

    def _median_hours(self, which: list[Json]) -> Any:
        hours = [(s["fix_at"] - self.opened(s["name"], s["n"])) / timedelta(hours=1) for s in which]
        return plain(middle([max(one, 0.0) for one in hours])) if hours else None

    @staticmethod
    def _odds(every: list[Json]) -> tuple[Json, list[Json]]:
        ended = [s for s in every if s["closed_within"] and s["outcome"] in ENDED and s["in_time"] is not None]
        odds: Json = {}
        exact = {}
        for name, asked in (("process", False), ("by_request", True)):
            these = [said for said in ended if said["by_request"] is asked]
            good = sum(said["outcome"] == "fixed" and said["in_time"] for said in these)
            odds[name] = {"cases": len(these), "within_target": good, "share": round(good / len(these), 3) if these else None}
            exact[name] = good / len(these) if these else None
        both = exact["process"] is not None and exact["by_request"] is not None
        return odds | {"gap": round(exact["by_request"] - exact["process"], 3) if both else None}, ended  # type: ignore[operator]

    @staticmethod
    def _own_key(said: Json) -> bool:
        keys = [fact for fact in said["within"] if fact["fact"] == "confirmed" and fact["closes"]]
        return bool(keys and keys[-1]["self_confirmed"])

    @staticmethod
    def _lacked(above: list[Json]) -> Json:
        words: dict[str, int] = defaultdict(int)
        for said in above:
            if not said["private"]:
                words[(said["stood"]["lacked"] or "").strip().casefold()] += 1
        return dict(words)

    def _money(self, every: list[Json], put: Any) -> None:
        paid = [s for s in every if not s["private"] and any(f["fact"] == "cost_recorded" for f in s["within"])]
        spent = [s for s in every if not s["private"] and any(f["fact"] == "time_spent" for f in s["within"])]
        budgets: dict[str, Decimal] = defaultdict(Decimal)
        services: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
        levels: dict[int, int] = defaultdict(int)
        causes: dict[tuple[str, str], Json] = {}
        for said in every:
            if said["private"] or not (said in paid or said in spent):
                continue
            key = (said["stood"]["service"], same_words(said["cause"]))
            sums = causes.setdefault(key, {"spellings": [], "paid": Decimal(0), "early": Decimal(0), "minutes": 0, "worth": Decimal(0)})
            sums["spellings"].append(said["cause"])
            for index, fact in enumerate(said["facts"]):
                if index < said["before"]:
                    continue
                if fact["fact"] == "cost_recorded":
                    amount = Decimal(fact["amount"])
                    budgets[fact["budget"]] += amount
                    services[(said["stood"]["service"], said["stood"]["budget"] or "", fact["budget"])] += amount
                    sums["paid"] += amount
                    sums["early"] += amount if self.escalations(said["name"], index) == 0 else 0
                if fact["fact"] == "time_spent":
                    levels[fact["level"]] += fact["minutes"]
                    sums["minutes"] += fact["minutes"]
                    sums["worth"] += self._worth(fact["level"], fact["minutes"]) or 0
        put("cost_by_budget", {budget: plain(amount) for budget, amount in budgets.items()}, paid)
        by_service = sorted(services.items(), key=lambda entry: (-entry[1], entry[0]))
        entries = [{"service": s, "budget": own, "paid_by": by, "amount": plain(amount)} for (s, own, by), amount in by_service]
        put("cost_by_service", entries, paid)
        effort = {str(n): {"minutes": m, "cost": plain(self._worth(n, m)) if self.rates else None} for n, m in levels.items()}
        put("effort_by_level", effort, spent)
        dear = sorted(causes.items(), key=lambda entry: (-(entry[1]["paid"] + entry[1]["worth"]), entry[0]))
        told = [self._cause(service, sums) for (service, _), sums in dear]
        put("cost_by_cause", told, [said for said in every if said in paid or said in spent])

    def _worth(self, level: int, minutes: int) -> Decimal | None:
        if not self.rates:
            return None
        return (self.rates[level] if level < len(self.rates) else self.rates[-1]) * minutes / 60

    def _cause(self, service: str, sums: Json) -> Json:
        return {
            "service": service,
            "cause": most_usual(sums["spellings"]),
            "cases": len(sums["spellings"]),
            "paid": plain(sums["paid"]),
            "minutes": sums["minutes"],
            "total": plain(sums["paid"] + sums["worth"]),
            "at_level_0": plain(sums["early"] + (self._worth(0, sums["minutes"]) or 0)),
        }

    # --- what came of it

    @staticmethod
    def answers(said: Json) -> Json:
        found: Json = {}
        for fact in said["within"]:
            if fact["fact"] == "outcome_said":
                found[fact["question"]] = fact["answer"]
            if fact["fact"] == "rechecked" and fact["still_fixed"] is not None:
                found["still_fixed"] = int(fact["still_fixed"])
        return found

    def against(self, said: Json) -> list[str]:
        answers = self.answers(said)
        found = ["process"] if answers.get("process") in (1, 2) else []
        found += ["prevented"] if answers.get("prevented") == 0 else []
        return found + (["came_back"] if answers.get("still_fixed") == 0 or said["came_back"] else [])

    def is_judged(self, said: Json) -> bool:
        about = {question for question in self.answers(said) if question != "needed"}
        return said["kind"] == "problem" and said["in_time"] is not None and (bool(about) or said["came_back"])

    def _outcomes(self, every: list[Json], put: Any) -> None:
        answered = [said for said in every if not said["private"] and self.answers(said)]
        value: Json = {}
        for question in ("needed", "prevented", "still_fixed"):
            given = [self.answers(said)[question] for said in answered if question in self.answers(said)]
            value[question] = {"yes": given.count(1), "no": given.count(0)}
        marks = [self.answers(said)["process"] for said in answered if "process" in self.answers(said)]
        value["process"] = {"median": plain(middle(marks)) if marks else None, "answers": len(marks)}
        put("outcomes", value, answered)
        judged = [said for said in every if not said["private"] and self.is_judged(said)]
        beside = {"in_time_good": 0, "in_time_bad": 0, "late_good": 0, "late_bad": 0}
        for said in judged:
            beside[("in_time" if said["in_time"] else "late") + ("_bad" if self.against(said) else "_good")] += 1
        put("outcome_beside_speed", beside, judged)


def _fixed_by(facts: list[Json]) -> int | None:
    """Return how many facts there were when the latest fix was proposed."""
    fixes = [n for n, f in enumerate(facts, start=1) if f["fact"] == "resolved" or (f["fact"] == "remedy_answered" and f["helped"])]
    return fixes[-1] if fixes else None


def most_usual(spellings: list[str]) -> str | None:
    return min(sorted(set(spellings)), key=lambda one: -spellings.count(one)) or None


def about(said: Json) -> Json:
    stood = said["stood"]
    return {"case": said["name"], "title": said["title"], "service": stood["service"], "team": stood["team"]}


def digest(book: Book, start: datetime, end: datetime, zone: str) -> Json:
    """Return the digest of a span with people's names."""
    local = end.astimezone(ZoneInfo(zone))
    ends = [(local - timedelta(days=back)).astimezone(UTC) for back in range(30, -1, -1)]
    told, month = book.span(start, end), book.span(ends[0], end)
    values, behind = book.figures(start, end)
    above = [s for s in told if s["is_fix"] and s["went_up"]]
    stuck = [s for s in told if s["stood"]["status"] != "closed" and s["stood"]["at_top"]]
    declined = [s for s in told if s["closed_within"] and s["outcome"] == "declined"]
    odd = [s for s in told if book.is_judged(s) and bool(s["in_time"]) == bool(book.against(s))]
    changes, debts, mended = _changes(book, told, month, end), _debts(book, told, end), _corrections(book, told)
    before = start - (end - start)
    drop = ("cost_by_service", "cost_by_cause")
    trends = {
        name: {
            "from": written(a),
            "to": written(b),
            "figures": {key: value for key, value in book.figures(a, b)[0].items() if key not in drop},
        }
        for name, a, b in (("before", before, start), ("month", ends[0], end))
    }
    lists = {
        "escalated_fixes": [_fixed(book, s) for s in sorted(above, key=lambda s: (-_days_below(book, s), int(s["name"][2:])))],
        "stuck": [_stuck(book, s, end) for s in sorted(stuck, key=lambda s: (book.opened(s["name"], s["n"]), int(s["name"][2:])))],
        "disagreements": [about(s) | {"in_time": s["in_time"], "against": book.against(s)} for s in odd],
        "changes": changes,
        "debts": debts,
        "corrections": mended,
        "silent_sufferers": _silent(book, start, min(start, ends[0]), end),
        "routes": _routes(book, told, start),
        "unannounced": _unannounced(book, told),
    }
    shown = {name: [entry for entry in entries if not book.cases[entry["case"]]["private"]] for name, entries in lists.items()}
    hidden = {name: len({e["case"] for e in lists[name]} - {e["case"] for e in shown[name]}) for name in lists}
    refused = [
        about(s) | {"why": next(f["why"] for f in s["within"][::-1] if f["fact"] == "declined")} for s in declined if not s["private"]
    ]
    values["private"] = {"escalated_fixes": hidden["escalated_fixes"], "stuck": hidden["stuck"]}
    values["declined"] = refused
    counted = {name: hidden[name] for name in ("changes", "debts", "corrections")}
    return shown | {
        "from": written(start),
        "to": written(end),
        "figures": values,
        "cases": behind,
        "trends": trends,
        "days": _days(book, month, ends),
        "combustion_points": _burning(told, month),
        "private": counted | {"declined": sum(s["private"] for s in declined)},
    }


def _days_below(book: Book, said: Json) -> Any:
    left = next((moment(fact["at"]) for fact in said["facts"] if fact["stands"].get("level", 0) > 0), None)
    return length(book.opened(said["name"], said["n"]), left, timedelta(days=1)) if left else 0


def _fixed(book: Book, said: Json) -> Json:
    name, fix, stood, resolved = said["name"], said["fix"], said["stood"], said["resolved"]
    costs = [fact for fact in said["facts"] if fact["fact"] == "cost_recorded"]
    paid = list(dict.fromkeys(fact["budget"] for fact in costs if fact["budget"]))
    last = resolved or next((f for f in said["facts"][:fix][::-1] if f["fact"] == "resolved"), None)
    then = book.stands(name, fix)
    held = last if resolved or _still_held(said["facts"][:fix]) else None
    return about(said) | {
        "days_below": _days_below(book, said),
        "fixed_at_level": held["level"] if held else then["level"],
        "fixed_by": held["by"] if held else then["owner"],
        "hours_after": length(book.arrived(name, fix), said["fix_at"], timedelta(hours=1)),
        "contacts": book.contacts(name, said["n"]),
        "handovers": stood["handovers"],
        "cost": plain(sum((Decimal(fact["amount"]) for fact in costs), Decimal(0))),
        "budget": ", ".join(paid) or stood["budget"],
        "cause": said["cause"],
        "lacked": stood["lacked"],
        **({"change": stood["change"]} if stood["change"] else {}),
    }


def _still_held(facts: list[Json]) -> bool:
    return Book._resolved(facts) is not None


def _stuck(book: Book, said: Json, end: datetime) -> Json:
    name, n, stood = said["name"], said["n"], said["stood"]
    since = book.opened(name, n)
    return about(said) | {
        "status": stood["status"],
        "level": stood["level"],
        "since": written(since),
        "days_open": length(since, end, timedelta(days=1)),
        "at_top_since": written(book.arrived(name, n)),
        "owner_team": book.teams.get(stood["owner"]),
        "owner": stood["owner"],
        "accountable": stood["accountable"],
        "contacts": book.contacts(name, n),
        "handovers": stood["handovers"],
        "broken_promises": sum(fact["fact"] == "promise_broken" for fact in said["facts"]),
    }


def _days(book: Book, month: list[Json], ends: list[datetime]) -> list[Json]:
    found = []
    for start, end in itertools.pairwise(ends):
        there = [s for s in month if s["is_fix"] and start <= s["closed_at"] < end]
        contacts = [book.contacts(s["name"], s["n"]) for s in there if not s["private"]]
        mean = round(sum(contacts) / len(contacts), 4) if contacts else None
        found.append({"to": written(end), "fixes": len(there), "escalated_fixes": sum(s["went_up"] for s in there), "contacts": mean})
    return found


def _burning(told: list[Json], month: list[Json]) -> list[Json]:
    def burns(said: Json) -> bool:
        went_up = any(fact["fact"] == "escalated" for fact in said["within"])
        return said["kind"] == "problem" and not said["private"] and (went_up or (said["is_fix"] and said["went_up"]))

    points: dict[tuple[str, str], list[Json]] = defaultdict(list)
    for said in month:
        if burns(said):
            points[(said["stood"]["service"], same_words(said["cause"]))].append(said)
    now = {(said["stood"]["service"], same_words(said["cause"])) for said in told if burns(said)}
    often = sorted(((key, found) for key, found in points.items() if len(found) > 1 and key in now), key=lambda p: (-len(p[1]), p[0]))
    return [
        {
            "service": service,
            "cause": most_usual([said["cause"] for said in found]),
            "cases": [f"C-{n}" for n in sorted(int(said["name"][2:]) for said in found)],
        }
        for (service, _), found in often
    ]


def _lasting(book: Book, said: Json) -> Json:
    stood = said["stood"]
    return {
        "cause": stood["cause_of"] or None,
        "from": book.cases[said["name"]]["origin"],
        "owner_team": book.teams.get(stood["owner"]),
        "owner": stood["owner"],
    }


def _changes(book: Book, told: list[Json], month: list[Json], end: datetime) -> list[Json]:
    lately = {s["name"] for s in month if s["closed_within"] and s["outcome"] == "fixed"}
    found = []
    for said in told:
        live = said["stood"]["status"] != "closed"
        if said["kind"] != "change" or not (live or said["name"] in lately):
            continue
        by = said["stood"].get("wanted_by")
        late = by is not None and moment(by) < end
        back = any(fact["fact"] == "escalated" and fact["why"] == "came_back" for fact in said["within"])
        state = ("came_back" if back else "overdue" if late else "open") if live else "made"
        entry = about(said) | _lasting(book, said) | {"state": state, "by": by}
        entry["days_overdue"] = length(moment(by), end, timedelta(days=1)) if live and by else 0
        if not live:
            key = (said["stood"]["service"], said["stood"]["cause_of"])
            reported = {s["name"]: moment(s["facts"][0]["at"]) for s in month}
            same = [s for s in month if s["is_fix"] and (s["stood"]["service"], same_words(s["cause"])) == key and not s["private"]]
            since = [s for s in same if reported[s["name"]] > said["closed_at"]]
            needed = sum(s["went_up"] for s in since)
            entry |= {"made": written(said["closed_at"]), "fixed_at_level_0_since": len(since) - needed, "escalated_since": needed}
        found.append(entry)
    order = ["came_back", "overdue", "open", "made"]
    return sorted(found, key=lambda e: (order.index(e["state"]), e["by"] or "~", int(e["case"][2:])))


def _debts(book: Book, told: list[Json], end: datetime) -> list[Json]:
    found = []
    for said in told:
        by = said["stood"].get("wanted_by")
        if said["kind"] != "debt" or said["stood"]["status"] == "closed" or by is None or moment(by) >= end + timedelta(days=7):
            continue
        state = {"state": "expired" if moment(by) < end else "soon", "expires": by}
        lean = {"leaning": len(said["stood"]["linked"]), "renewals": said["stood"]["renewals"]}
        found.append(about(said) | _lasting(book, said) | state | lean)
    return sorted(found, key=lambda e: (e["expires"], int(e["case"][2:])))


def _corrections(book: Book, told: list[Json]) -> list[Json]:
    found: list[Json] = []
    for said in sorted(told, key=lambda s: int(s["name"][2:])):
        was = said["was"]
        if said["kind"] != "problem" or was is None or was["status"] != "closed" or was["outcome"] not in ENDED or not said["within"]:
            continue
        fix = _fixed_by(said["facts"][: said["before"]])
        shouted = was["outcome"] == "fixed" and fix is not None and book.escalations(said["name"], fix) > 0
        entry = about(said) | {"told": was["outcome"], "was_escalated_fix": shouted, "now": said["outcome"] or said["stood"]["status"]}
        names = [fact["fact"] for fact in said["within"]]
        if "reopened" in names:
            found.append(entry | {"what": "reopened"})
            continue
        if was["outcome"] == "unconfirmed" and said["outcome"] == "fixed":
            found.append(entry | {"what": "confirmed"})
        if shouted and "cost_recorded" in names:
            added = sum((Decimal(f["amount"]) for f in said["within"] if f["fact"] == "cost_recorded"), Decimal(0))
            whole = sum((Decimal(f["amount"]) for f in said["facts"] if f["fact"] == "cost_recorded"), Decimal(0))
            found.append(entry | {"what": "cost", "added": plain(added), "cost": plain(whole)})
        if shouted and "lacked" in names and said["resolved"]:
            change = {"change": said["stood"]["change"]} if said["stood"]["change"] else {}
            found.append(entry | {"what": "lacked", "lacked": said["stood"]["lacked"], **change})
    return found


def _whose(book: Book, said: Json) -> Json:
    return {"owner_team": book.teams.get(said["stood"]["owner"]), "owner": said["stood"]["owner"]}


def _routes(book: Book, told: list[Json], start: datetime) -> list[Json]:
    found = []
    for said in told:
        lost = said["outcome"] in ("withdrawn", "declined", "duplicate")
        until = moment(said["resolved"]["at"]) if said["resolved"] else said["closed_at"]
        if said["kind"] == "route" and not lost and (until is None or until >= start):
            since = written(book.opened(said["name"], said["n"]))
            down = {"route": said["stood"]["route"], "since": since, "until": written(until) if until else None}
            found.append(about(said) | down | {"probed": said["stood"]["probed"]} | _whose(book, said))
    return sorted(found, key=lambda e: (moment(e["since"]), int(e["case"][2:])))


def _unannounced(book: Book, told: list[Json]) -> list[Json]:
    found = []
    for said in sorted(told, key=lambda s: int(s["name"][2:])):
        counts = said["kind"] == "problem" and said["closed_within"] and said["outcome"] not in ("withdrawn", "duplicate")
        if counts and same_words(said["cause"]) == "change" and said["stood"]["announced"] is None:
            found.append(about(said) | _whose(book, said))
    return found


# --- who did not shout


def _silent(book: Book, start: datetime, since: datetime, end: datetime) -> list[Json]:
    every = [said for said in book.span(since, end) if said["kind"] == "problem" and not said["private"]]
    fixes = [said for said in every if said["is_fix"] and said["went_up"]]
    fixes.sort(key=lambda s: (s["closed_at"], int(s["name"][2:])), reverse=True)
    groups: dict[Any, list[Json]] = defaultdict(list)
    for fix in fixes:
        groups[_kin(fix)].append(fix)
    now: list[Json] = []
    earlier: list[Json] = []
    for group in groups.values():
        states = {said["name"]: _state(book, said, group) for said in every if any(_suffers_from(book, said, fix) for fix in group)}
        found = {
            state: sorted((name for name, is_ in states.items() if is_ == state), key=lambda n: int(n[2:]))
            for state in ("waiting", "offered", "settled")
        }
        lately = group[0]["closed_at"] >= start
        if found["waiting"] or found["offered"] or (lately and found["settled"]):
            (now if lately else earlier).append(about(group[0]) | {"cause": same_words(group[0]["cause"])} | found)
    return now + earlier


def _kin(said: Json) -> Any:
    stood = said["stood"]
    return (stood["service"], same_words(said["cause"])) if said["cause"].strip() else stood["under"] or said["name"]


def _suffers_from(book: Book, said: Json, fix: Json) -> bool:
    absorbed: set[str] = set()
    for fact in fix["facts"]:
        if fact["fact"] == "merged" and fact["absorbed"]:
            absorbed = absorbed - {f"C-{fact['absorbed']}"} if fact["undone"] else absorbed | {f"C-{fact['absorbed']}"}
    loud = any(f["fact"] == "escalated" and f["why"] in ("asked_by_reporter", "chased") for f in said["facts"])
    if said["name"] == fix["name"] or said["name"] in absorbed or loud or book.opened(said["name"], said["n"]) >= fix["closed_at"]:
        return False
    if said["stood"]["under"] is not None and said["stood"]["under"] == fix["stood"]["under"]:
        return True
    if said["stood"]["service"] != fix["stood"]["service"]:
        return False
    if said["cause"].strip():
        return same_words(said["cause"]) == same_words(fix["cause"])
    return any(f["fact"] == "silent_found" and int(said["name"][2:]) in f["cases"] for f in fix["facts"])


def _state(book: Book, said: Json, group: list[Json]) -> str | None:
    if said["name"] in [fix["name"] for fix in group]:
        return None
    had = [f"C-{fact['of']}" for fact in said["facts"] if fact["fact"] == "remedy_offered"]
    unanswered = False
    for n, fact in enumerate(said["facts"], start=1):
        if fact["fact"] == "remedy_offered":
            unanswered = True
        if fact["fact"] == "remedy_answered" and (not fact["helped"] or book.stands(said["name"], n)["outcome"] == "fixed"):
            unanswered = False
    status = said["stood"]["status"]
    if unanswered and (status != "closed" or said["outcome"] == "unconfirmed"):
        return "offered"
    if (status not in ("closed", "resolved") or said["outcome"] == "unconfirmed") and group[0]["name"] not in had:
        return "waiting"
    return "settled" if {fix["name"] for fix in group} & set(had) else None

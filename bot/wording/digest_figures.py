"""How is each figure of a digest said, and how its trend? One line each; docs/figures.md says what each of them counts.

Those that a leader reads every day come first; what explains them is told apart, as `more`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat import Line, Part
from bot.escalation.org import Org
from bot.wording.amounts import amount, hours
from bot.wording.digest_items import Item
from bot.wording.plain import counted, say, shortened
from bot.wording.reasons import service_name

Figures = Mapping[str, Any]
Named = Iterator[tuple[str | tuple[str, ...], Line]]  # the figures that a line says
_MOST_COSTS = 10  # budgets, causes, services that are told one by one

_SPEEDS = {
    "in_time_good": "in time and well",
    "in_time_bad": "in time, but not well",
    "late_good": "late, but well",
    "late_bad": "late and not well",
}
_PRIVATE = {
    "escalated_fixes": "fixed only after escalation",
    "stuck": "stuck at the top",
    "declined": "declined",
    "disagreements": "where speed and outcome disagree",
    "changes": "to change something",
    "debts": "to put a workaround right",
    "corrections": "corrected",
}
_ASKED = {
    "needed": "Should have had to contact us: {yes} of {all} who answered.",
    "prevented": "Something was done against its coming back: {yes} of {all} who answered.",
    "still_fixed": "Still fixed when asked again: {yes} of {all}.",
}


def figures(told: Figures, trends: Figures) -> Iterator[Item]:
    """Yield the figures to read every day, each with how it moved; nothing where the content has none."""
    if "fixes" in told:
        for name, line in (
            *_of_fixes(told, _Trends.of(trends)),
            *_of_closings(told, _Trends.of(trends)),
            *_of_costs(told, _Trends.of(trends)),
        ):
            yield Item(line, names=(name,) if isinstance(name, str) else name)


def private(told: Figures, content: Figures) -> Iterator[Item]:
    """Yield how many private cases there are: nothing else is said of them."""
    counts = {**told.get("private", {}), **content.get("private", {})}
    words = [f"{counts[name]} {said}" for name, said in _PRIVATE.items() if counts.get(name)]
    if words:
        yield Item((f"Private cases, only counted: {', '.join(words)}.",), names=("private",))


def more(told: Figures, trends: Figures, org: Org) -> Iterator[Item]:
    """Yield the figures that explain the others."""
    if "fixes" in told:
        for name, line in (*_of_cases(told, _Trends.of(trends)), *_of_outcomes(told), *_of_effort(told, org)):
            yield Item(line, names=(name,) if isinstance(name, str) else name)


def causes(told: Figures, org: Org) -> Iterator[Item]:
    """Yield what each cause has cost, the dearest first, and what it would have cost below."""
    listed = told.get("cost_by_cause", ())
    for entry in listed[:_MOST_COSTS]:
        service = service_name(entry["service"], org)
        cause: Line = say(", {cause}", cause=shortened(entry["cause"])) if entry["cause"] else (", cause not known yet",)
        words = f"{amount(entry['total'])} for {counted(entry['cases'], 'case')}; fixed at level 0 it would have been"
        line = say("{service}{cause}: {words} {below}.", service=service, cause=cause, words=words, below=amount(entry["at_level_0"]))
        yield Item(line, names=("cost_by_cause",))
    if len(listed) > _MOST_COSTS:
        rest = sum(entry["total"] for entry in listed[_MOST_COSTS:])
        yield Item((f"{counted(len(listed) - _MOST_COSTS, 'other cause')}: {amount(rest)}.",), names=("cost_by_cause",))


# --- every day ---------------------------------------------------------------------------------------------------------------------


def _of_fixes(told: Figures, trends: "_Trends") -> Named:
    fixes, needed, share = told["fixes"], told["escalated_fixes"], told["share_escalated"]
    month = trends.month("share_escalated", _percent, "; over thirty days {}")
    part = f" ({_percent(share)}{month})" if fixes else ""
    yield (
        ("share_escalated", "fixes", "escalated_fixes"),
        (f"Fixed and confirmed: {counted(fixes, 'case')}; needed escalation: {needed}{part}.",),
    )
    contacts = told["contacts_per_resolution"]
    if contacts:
        month = trends.month("contacts_per_resolution", lambda there: f"{there['mean']:.1f}")
        yield (
            "contacts_per_resolution",
            (f"Contacts until a case was fixed: median {contacts['median']:g}, average {contacts['mean']:.1f}{month}.",),
        )
    yield from _times(told, trends)
    if told.get("odds"):
        yield from _odds(told["odds"])


def _times(told: Figures, trends: "_Trends") -> Named:
    below, above = told["median_hours_below"], told["median_hours_above"]
    names = ("median_hours_below", "median_hours_above")
    low, high = (f"{hours(told[name])}{trends.month(name, hours)}" if told[name] is not None else "" for name in names)
    if below is not None and above is not None:
        words = f"{low} where no escalation was needed, {high} where it was"
    elif above is not None:
        words = f"{high}, all of them escalated"
    elif below is not None:
        words = f"{low}, none of them escalated"
    else:
        return
    yield tuple(name for name in names if told[name] is not None), (f"From report to fix, median: {words}.",)


def _odds(odds: Figures) -> Named:
    """Say the odds with their counts, and the gap never without them."""
    ways = {"process": "by way of the process", "by_request": "after the reporter asked to escalate"}
    told = [
        f"{odds[way]['within_target']} of {odds[way]['cases']} ({_percent(odds[way]['share'])}) {words}"
        for way, words in ways.items()
        if odds[way]["cases"]
    ]
    if told:
        yield "odds", (f"Fixed within the target: {', '.join(told)}{_apart(odds.get('gap'))}.",)


def _apart(gap: float | None) -> str:
    if gap is None:
        return ""
    points = round(gap * 100)
    if points == 0:
        return ": the same for those who asked" if gap == 0 else ": nearly the same for those who asked"
    return f": {counted(abs(points), 'point')} {'better' if points > 0 else 'worse'} for those who asked"


def _of_closings(told: Figures, trends: "_Trends") -> Named:
    if told["unconfirmed"] or told["self_confirmed"]:
        moved = trends.moved("unconfirmed", told)
        yield (
            ("unconfirmed", "self_confirmed"),
            (f"Closed because nobody confirmed: {told['unconfirmed']}{moved}; confirmed by who fixed it: {told['self_confirmed']}.",),
        )
    if told["promises_kept"] or told["promises_broken"]:
        moved = trends.moved("promises_broken", told)
        yield ("promises_kept", "promises_broken"), (f"Promises: {told['promises_kept']} kept, {told['promises_broken']} broken{moved}.",)
    if told["handover_loops"]:
        moved = trends.moved("handover_loops", told)
        yield "handover_loops", (f"Passed round in a loop: {counted(told['handover_loops'], 'time')}{moved}.",)


def _of_costs(told: Figures, trends: "_Trends") -> Named:
    if told["cost_by_budget"]:
        parts = [(shortened(budget) if budget else "no budget named", cost) for budget, cost in told["cost_by_budget"].items()]
        month = trends.month("cost_by_budget", lambda there: amount(sum(there.values())))
        yield "cost_by_budget", say("Cost by budget: {costs}{month}.", costs=_costs(parts), month=month)


def _costs(parts: Sequence[tuple[Part, float]]) -> Line:
    """Say sums one by one; of many the largest, and the rest as one."""
    many = len(parts) > _MOST_COSTS
    shown = sorted(parts, key=lambda part: -part[1])[:_MOST_COSTS] if many else parts
    line: list[Part] = []
    for n, (what, cost) in enumerate(shown):
        line += [*([", "] if n else []), what, f" {amount(cost)}"]
    rest = sum(cost for _, cost in parts) - sum(cost for _, cost in shown)
    return (*line, f", {len(parts) - _MOST_COSTS} others {amount(rest)}") if many else tuple(line)


# --- what explains them --------------------------------------------------------------------------------------------------------------


def _of_cases(told: Figures, trends: "_Trends") -> Named:
    names = {"reported": "Reported", "reopened": "came back", "workarounds": "fixed by a workaround only"}
    parts = [f"{words}: {told[name]}{trends.moved(name, told)}" for name, words in names.items() if told.get(name)]
    if parts:
        yield tuple(name for name in names if told.get(name)), (f"{'; '.join(parts)[0].upper()}{'; '.join(parts)[1:]}.",)
    if told.get("lacked"):
        parts_ = [(shortened(what) if what else "not said", f" {n}") for what, n in sorted(told["lacked"].items(), key=lambda one: -one[1])]
        line = [part for n, (what, count) in enumerate(parts_[:_MOST_COSTS]) for part in (*([", "] if n else []), what, count)]
        yield "lacked", say("What level 0 lacked: {what}.", what=tuple(line))


def _of_outcomes(told: Figures) -> Named:
    said = told.get("outcomes") or {}
    for question, words in _ASKED.items():
        answers = said.get(question) or {"yes": 0, "no": 0}
        if answers["yes"] + answers["no"]:
            yield "outcomes", (words.format(yes=answers["yes"], all=answers["yes"] + answers["no"]),)
    helped = said.get("process") or {"answers": 0}
    if helped["answers"]:
        yield (
            "outcomes",
            (f"How well rules and process helped: {helped['median']:g} of 5, the median of {counted(helped['answers'], 'answer')}.",),
        )
    beside = told.get("outcome_beside_speed") or {}
    if any(beside.values()):
        counts = "; ".join(f"{beside[name]} {words}" for name, words in _SPEEDS.items() if beside.get(name))
        yield "outcome_beside_speed", (f"Outcome beside speed: {counts}.",)


def _of_effort(told: Figures, org: Org) -> Named:
    spent = told.get("effort_by_level") or {}
    if spent:
        parts = [
            f"level {level} {hours(entry['minutes'] / 60)}" + (f" (worth {amount(entry['cost'])})" if entry["cost"] is not None else "")
            for level, entry in spent.items()
        ]
        yield "effort_by_level", (f"Time spent: {', '.join(parts)}.",)
    for entry in (told.get("cost_by_service") or ())[:_MOST_COSTS]:
        if entry["paid_by"] and entry["paid_by"] != entry["budget"]:
            service = service_name(entry["service"], org)
            line = say(
                "{service} caused a cost of {amount} that {budget} paid.",
                service=service,
                amount=amount(entry["amount"]),
                budget=shortened(entry["paid_by"]),
            )
            yield "cost_by_service", line


# --- trends --------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Trends:
    """The figures of the time before, as long as this one, and of the thirty days that end with it. A day alone says little of a share."""

    before: Figures
    thirty_days: Figures

    @classmethod
    def of(cls, trends: Figures) -> "_Trends":
        """Read them from a content; what it has not is not compared with."""
        return cls(*(trends.get(name, {}).get("figures", {}) for name in ("before", "month")))

    def moved(self, name: str, told: Figures) -> str:
        """Say how a count has moved since the time before."""
        now, then = told[name], self.before.get(name)
        if then is None:
            return ""
        return ", as before" if now == then else f", {'up' if now > then else 'down'} from {then}"

    def month(self, name: str, said: Callable[[Any], str], words: str = " (over thirty days: {})") -> str:
        """Say what a figure is over thirty days."""
        there = self.thirty_days.get(name)
        return words.format(said(there)) if there else ""


def _percent(share: float) -> str:
    return f"{share:.0%}"

"""Digests to be drawn: one that has everything, one that has nearly nothing, one that is far too long, written by hand as JSON is."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Json = dict[str, Any]
END = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # a Wednesday, in London


def at(days_ago: float) -> str:
    """Return a time before the digest's end, as the content has it."""
    return (END - timedelta(days=days_ago)).isoformat().replace("+00:00", "Z")


def about(case: int, title: str, service: str = "billing", team: str = "billing") -> Json:
    return {"case": f"C-{case}", "title": title, "service": service, "team": team}


def fix(case: int, title: str, service: str = "billing", **more: Any) -> Json:
    """Return an escalated fix."""
    usual = {
        "days_below": 3.25,
        "fixed_at_level": 1,
        "hours_after": 5,
        "contacts": 4,
        "handovers": 0,
        "cost": 0,
        "budget": "billing",
        "cause": "process",
        "lacked": "authority",
    }
    return about(case, title, service, service) | usual | more


def stuck(case: int, title: str, **more: Any) -> Json:
    """Return a case that is stuck at the top."""
    usual = {
        "status": "open",
        "level": 2,
        "since": at(12),
        "days_open": 12,
        "at_top_since": at(6),
        "owner_team": "metering",
        "contacts": 5,
        "handovers": 2,
        "broken_promises": 1,
    }
    return about(case, title, "metering", "metering") | usual | more


FIXES = [
    fix(
        118,
        "Meter swapped, and the bill is 9,000",
        days_below=16.2,
        fixed_at_level=2,
        hours_after=3,
        contacts=6,
        handovers=2,
        cost=500,
        budget="goodwill",
        change="Check the reading before a meter is swapped",
    ),
    fix(
        131,
        "Direct debit taken twice in October",
        days_below=9.6,
        contacts=5,
        cost=1240.5,
        budget="support",
        cause="double booking",
        lacked="access to the payment run",
    ),
    fix(
        125,
        "Nobody answers the out-of-hours number",
        "metering",
        days_below=6.1,
        fixed_at_level=2,
        hours_after=20,
        contacts=3,
        handovers=1,
        cause="rota not kept",
        lacked="an owner",
        change="One rota for both desks",
    ),
    fix(140, "Laptop cannot join the new VPN", days_below=2.5, hours_after=1.5, contacts=2, cause="VPN certificate", lacked=None),
    fix(
        143,
        "Tariff letter went to the old address",
        days_below=2.1,
        contacts=3,
        handovers=1,
        cause="address not synced",
        lacked="information",
    ),
    fix(
        147,
        "Refund promised in September has not come",
        days_below=1.2,
        fixed_at_level=1,
        contacts=7,
        cost=80,
        budget="goodwill",
        cause="process",
        lacked="authority",
    ),
]
STUCK = [
    stuck(97, "The gate code of the depot does not work", days_open=31.4, at_top_since=at(11), contacts=8),
    stuck(109, "Invoices are sent in the wrong language", status="resolved", days_open=12.5, contacts=4, handovers=0, broken_promises=0),
]
FIGURES: Json = {
    "reported": 31,
    "fixes": 22,
    "escalated_fixes": 6,
    "share_escalated": 0.273,
    "contacts_per_resolution": {"median": 2, "mean": 2.7273},
    "median_hours_below": 7.5,
    "median_hours_above": 96.25,
    "odds": {
        "process": {"cases": 19, "within_target": 11, "share": 0.579},
        "by_request": {"cases": 5, "within_target": 4, "share": 0.8},
        "gap": 0.221,
    },
    "self_confirmed": 1,
    "unconfirmed": 3,
    "reopened": 2,
    "workarounds": 4,
    "lacked": {"": 1, "access to the payment run": 1, "an owner": 1, "authority": 2, "information": 1},
    "promises_kept": 9,
    "promises_broken": 4,
    "handover_loops": 1,
    "cost_by_budget": {"goodwill": 580, "support": 1240.5},
    "cost_by_service": [
        {"service": "billing", "budget": "billing", "paid_by": "support", "amount": 1240.5},
        {"service": "billing", "budget": "billing", "paid_by": "goodwill", "amount": 580},
    ],
    "effort_by_level": {"0": {"minutes": 340, "cost": 170}, "1": {"minutes": 150, "cost": 150}, "2": {"minutes": 60, "cost": 120}},
    "cost_by_cause": [
        {"service": "billing", "cause": "double booking", "cases": 1, "paid": 1240.5, "minutes": 120, "total": 1340.5, "at_level_0": 60},
        {"service": "billing", "cause": "process", "cases": 2, "paid": 580, "minutes": 200, "total": 780, "at_level_0": 100},
        {"service": "metering", "cause": None, "cases": 1, "paid": 0, "minutes": 30, "total": 40, "at_level_0": 15},
    ],
    "outcomes": {
        "needed": {"yes": 8, "no": 3},
        "prevented": {"yes": 5, "no": 4},
        "still_fixed": {"yes": 10, "no": 2},
        "process": {"median": 3, "answers": 9},
    },
    "outcome_beside_speed": {"in_time_good": 6, "in_time_bad": 2, "late_good": 3, "late_bad": 1},
    "private": {"escalated_fixes": 1, "stuck": 1},
    "declined": [
        about(133, "Paper bills in large print for the portal")
        | {"why": "The portal itself goes in January; large print comes with the new one."}
    ],
}
FIGURES["declined"][0]["team"] = "billing"
CASES = {
    "fixes": {"cases": ["C-118", "C-131", "C-125", "C-140", "C-143", "C-147", "C-150"], "private": 1},
    "share_escalated": {"cases": ["C-118", "C-131", "C-125", "C-140", "C-143", "C-147"], "private": 1},
    "unconfirmed": {"cases": ["C-102", "C-111"], "private": 1},
}
TRENDS: Json = {
    "before": {
        "from": at(2),
        "to": at(1),
        "figures": {"unconfirmed": 1, "promises_broken": 6, "handover_loops": 1, "reported": 28, "reopened": 0, "workarounds": 4},
    },
    "month": {
        "from": at(30),
        "to": at(0),
        "figures": {
            "share_escalated": 0.412,
            "contacts_per_resolution": {"median": 2, "mean": 3.4},
            "median_hours_below": 9,
            "median_hours_above": 130,
            "cost_by_budget": {"goodwill": 9000, "support": 3400},
        },
    },
}


def days(seed: int = 5) -> list[Json]:
    """Return thirty days that slowly get better, without anything on weekends."""
    dice, told = Random(seed), []
    for back in range(29, -1, -1):
        there = END - timedelta(days=back)
        fixes = 0 if there.weekday() > 4 else dice.randint(3, 9)
        needed = min(fixes, dice.randint(0, 2 + back // 10))
        told.append(
            {
                "to": at(back),
                "fixes": fixes,
                "escalated_fixes": needed,
                "contacts": round(1.5 + back / 12 + dice.random(), 2) if fixes else None,
            }
        )
    return told


FULL: Json = {
    "channel": "local:leadership",
    "from": at(1),
    "to": at(0),
    "escalated_fixes": FIXES,
    "stuck": STUCK,
    "figures": FIGURES,
    "cases": CASES,
    "trends": TRENDS,
    "days": days(),
    "disagreements": [
        about(121, "Online reading is refused") | {"in_time": True, "against": ["prevented", "came_back"]},
        about(128, "Lift out of order in Bristol", "metering", "metering") | {"in_time": False, "against": []},
    ],
    "combustion_points": [
        {"service": "billing", "cause": "process", "cases": ["C-90", "C-118", "C-147"]},
        {"service": "metering", "cause": None, "cases": ["C-97", "C-139"]},
    ],
    "changes": [
        about(88, "One list of addresses for all letters")
        | {"state": "came_back", "cause": "address not synced", "from": "C-71", "owner_team": "billing", "by": at(20), "days_overdue": 0},
        about(92, "Refunds are paid within a week")
        | {"state": "overdue", "cause": "process", "from": "C-66", "owner_team": "billing", "by": at(4), "days_overdue": 4},
        about(151, "Check the reading before a meter is swapped", "metering", "metering")
        | {"state": "open", "cause": "process", "from": "C-118", "owner_team": "metering", "by": at(-14), "days_overdue": 0},
        about(79, "The desk may refund up to 200 by itself")
        | {
            "state": "made",
            "cause": "authority",
            "from": "C-60",
            "owner_team": "billing",
            "by": at(9),
            "days_overdue": 0,
            "made": at(9),
            "fixed_at_level_0_since": 7,
            "escalated_since": 1,
        },
    ],
    "debts": [
        about(112, "Bills are corrected by hand each Friday")
        | {"state": "expired", "cause": "process", "from": "C-96", "owner_team": "billing", "expires": at(2), "leaning": 5, "renewals": 1},
        about(130, "Spare router in the Leeds office", "metering", "metering")
        | {"state": "soon", "cause": None, "from": None, "owner_team": "metering", "expires": at(-3), "leaning": 1, "renewals": 0},
    ],
    "corrections": [
        about(101, "Charger of the van does not charge", "metering", "metering")
        | {"told": "fixed", "was_escalated_fix": True, "now": "acknowledged", "what": "reopened"},
        about(104, "Wrong name on the contract")
        | {"told": "fixed", "was_escalated_fix": True, "now": "fixed", "what": "cost", "added": 120, "cost": 320},
    ],
    "silent_sufferers": [
        about(118, "Meter swapped, and the bill is 9,000")
        | {"cause": "process", "waiting": ["C-119", "C-122", "C-136"], "offered": ["C-134"], "settled": ["C-99"]}
    ],
    "routes": [
        about(149, "www.northlight.example/readings")
        | {"route": "website", "since": at(1.5), "until": None, "probed": True, "owner_team": "billing"},
        about(146, "+44 117 496 0000", "metering", "metering")
        | {"route": "out-of-hours", "since": at(3), "until": at(0.6), "probed": False, "owner_team": "metering"},
    ],
    "unannounced": [about(144, "Prices on the portal changed over night") | {"owner_team": "billing"}],
    "private": {"declined": 0, "changes": 1, "debts": 0, "corrections": 0},
}

NOTHING_FIGURES: Json = {
    "reported": 1,
    "fixes": 1,
    "escalated_fixes": 0,
    "share_escalated": 0,
    "contacts_per_resolution": {"median": 1, "mean": 1},
    "median_hours_below": 2,
    "median_hours_above": None,
    "odds": {
        "process": {"cases": 1, "within_target": 1, "share": 1.0},
        "by_request": {"cases": 0, "within_target": 0, "share": None},
        "gap": None,
    },
    "self_confirmed": 0,
    "unconfirmed": 0,
    "reopened": 0,
    "workarounds": 0,
    "lacked": {},
    "promises_kept": 0,
    "promises_broken": 0,
    "handover_loops": 0,
    "cost_by_budget": {},
    "cost_by_service": [],
    "effort_by_level": {},
    "cost_by_cause": [],
    "outcomes": {
        "needed": {"yes": 0, "no": 0},
        "prevented": {"yes": 0, "no": 0},
        "still_fixed": {"yes": 0, "no": 0},
        "process": {"median": None, "answers": 0},
    },
    "outcome_beside_speed": {"in_time_good": 0, "in_time_bad": 0, "late_good": 0, "late_bad": 0},
    "private": {"escalated_fixes": 0, "stuck": 0},
    "declined": [],
}
EMPTY: Json = {name: [] if isinstance(value, list) else {} if isinstance(value, dict) else value for name, value in FULL.items()} | {
    "figures": NOTHING_FIGURES,
    "days": days(),
}
SMALL: Json = EMPTY | {
    "escalated_fixes": [fix(42, "Meter swapped, bill is 9,000", contacts=2)],
    "figures": NOTHING_FIGURES
    | {"fixes": 1, "escalated_fixes": 1, "share_escalated": 1.0, "median_hours_below": None, "median_hours_above": 83},
}

BRIEF: Json = FULL | {
    "escalated_fixes": FIXES[:2],
    "stuck": STUCK[:1],
    "figures": SMALL["figures"] | {"declined": FIGURES["declined"], "cost_by_budget": FIGURES["cost_by_budget"]},
    "disagreements": [],
    "combustion_points": FULL["combustion_points"][:1],
    "changes": [],
    "debts": [],
    "corrections": [],
}


def huge(number: int = 200) -> Json:
    """Return a digest with so many escalated fixes, long texts and many of everything else."""
    words = "The reading was taken twice, *once* by post and once <online>; nobody could say which one counts. "
    fixes = [
        fix(1000 + n, f"{n}: {words * 3}", cause=words * 3, lacked=words * 4, change=words * 3, cost=n, budget=f"budget {n}")
        for n in range(number)
    ]
    return FULL | {
        "escalated_fixes": fixes,
        "stuck": [stuck(3000 + n, words * 3) for n in range(60)],
        "figures": FIGURES | {"fixes": 2 * number, "escalated_fixes": number, "cost_by_budget": {f"budget {n}": n for n in range(number)}},
        "combustion_points": [{"service": "billing", "cause": words, "cases": [f"C-{1000 + n}" for n in range(number)]}],
    }

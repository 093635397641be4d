"""How does the digest's chart look in a page? SVG in the page itself, in the page's own colours, light and dark."""

from collections.abc import Iterator
from html import escape

from bot.chat import Chart

_WIDE, _LEFT, _RIGHT = 640, 28, 8
_FIXES, _CONTACTS = (52, 130), (236, 80)  # where each of the two begins, and how high it is
_HIGH = 344

STYLE = """
.chart { display: block; width: 100%; height: auto; margin: 1.5rem 0; font: 13px system-ui, sans-serif; }
.chart text { fill: var(--soft); } .chart .name { fill: var(--ink); font-weight: 600; font-size: 15px; }
.chart .grid { stroke: var(--line); } .chart .needed { fill: url(#hatched); } .chart .other { fill: var(--calm); }
.chart .stripe { stroke: var(--mark); stroke-width: 4; } .chart .between { fill: var(--mark-soft); }
.chart polyline { fill: none; stroke: var(--deep); stroke-width: 2; } .chart circle { fill: var(--deep); }
"""


def svg(chart: Chart) -> str:
    """Draw a chart as an element of a page that has the colours of `STYLE`."""
    parts = "\n".join([*_fixes(chart), *_contacts(chart), *_dates(chart)])
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-labelledby="chart-title chart-alt">\n'
        f'<title id="chart-title">{escape(chart.title)}</title><desc id="chart-alt">{escape(chart.alt)}</desc>\n'
        '<defs><pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" class="between"/><line x1="2" y1="0" x2="2" y2="6" class="stripe"/></pattern></defs>\n'
        f"{parts}\n</svg>"
    )


def _x(chart: Chart, day: int) -> float:
    """Return where a day begins."""
    return _LEFT + day * (_WIDE - _LEFT - _RIGHT) / len(chart.days)


def _width(chart: Chart) -> float:
    return (_WIDE - _LEFT - _RIGHT) / len(chart.days)


def _fixes(chart: Chart) -> Iterator[str]:
    top, high = _FIXES
    most = _round(max(day.fixes for day in chart.days))
    yield _text(0, 16, f"Fixes a day: {chart.title}", "name")
    yield f'<rect x="0" y="27" width="12" height="12" class="needed"/>{_text(18, 38, "only after escalation")}'
    yield f'<rect x="170" y="27" width="12" height="12" class="other"/>{_text(188, 38, "without")}'
    yield from _grid(top, high, most)
    for n, day in enumerate(chart.days):
        left, wide = _x(chart, n) + _width(chart) * 0.1, _width(chart) * 0.8
        needed, whole = (high * count / most for count in (day.escalated_fixes, day.fixes))
        for name, upper, height in (("other", whole, whole - needed), ("needed", needed, needed)):
            if height:
                y = top + high - upper
                yield f'<rect x="{left:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{height:.1f}" class="{name}"/>'


def _contacts(chart: Chart) -> Iterator[str]:
    top, high = _CONTACTS
    told = [(n, day.contacts) for n, day in enumerate(chart.days) if day.contacts is not None]
    most = _round(max((contacts for _, contacts in told), default=1))
    yield _text(0, top - 18, "Contacts until a case was fixed, average", "name")
    yield from _grid(top, high, most)
    points = [(_x(chart, n) + _width(chart) / 2, top + high - high * contacts / most) for n, contacts in told]
    yield f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in points)


def _dates(chart: Chart) -> Iterator[str]:
    every = max(1, (len(chart.days) - 1) // 4)
    for n in range(len(chart.days) - 1, -1, -every):
        day, last = chart.days[n].day, n == len(chart.days) - 1
        x = _WIDE - _RIGHT if last else _x(chart, n) + _width(chart) / 2
        yield _text(x, _HIGH - 8, f"{day.day} {day:%b}", anchor="end" if last else "middle")


def _grid(top: int, high: int, most: int) -> Iterator[str]:
    for share in (0, 1, 2):
        y, value = top + high - high * share / 2, most * share / 2
        yield f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y:g}" y2="{y:g}" class="grid"/>'
        yield _text(_LEFT - 8, y + 4, f"{value:g}", anchor="end")


def _round(most: float) -> int:
    """Return an even number that is not less: half of it is whole."""
    return max(2, 2 * -(-int(-(-most // 1)) // 2))


def _text(x: float, y: float, words: str, name: str = "", anchor: str = "start") -> str:
    named = f' class="{name}"' if name else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{named}>{escape(words)}</text>'

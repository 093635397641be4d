"""How does the digest's chart look as a picture? PNG, readable at a phone's width, its colours told apart by everybody.

Matplotlib is imported when the first picture is drawn, without its `pyplot`, which would keep every figure for ever.
"""

import io
from threading import Lock
from typing import Any

from bot.chat import Chart

# Okabe and Ito's blue and vermilion: apart for every kind of colour blindness, and in grey.
ESCALATED, OTHER, CONTACTS, INK, SOFT, GROUND, LINE = "#d55e00", "#9cc9e8", "#00507a", "#1d2433", "#5b6472", "#ffffff", "#d8dde6"
_WIDE, _HIGH, _SHARP = 6.0, 5.4, 180  # inches, and pixels for each of them: letters of 11 points stay readable at a third of the width
_one_at_a_time = Lock()  # matplotlib's fonts are shared, and not made for several threads


def png(chart: Chart) -> bytes:
    """Draw a chart; takes a tenth of a second, the first one about one."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with _one_at_a_time:
        figure = Figure(
            figsize=(_WIDE, _HIGH), dpi=_SHARP, facecolor=GROUND, layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12, hspace=0.04)
        )
        fixes, contacts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        _fixes(fixes, chart)
        _contacts(contacts, chart)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png", metadata={"Description": chart.alt, "Software": None})
        return drawn.getvalue()


def _fixes(axes: Any, chart: Chart) -> None:
    """All fixes as bars, those that needed escalation at their foot, where their heights can be compared."""
    at = range(len(chart.days))
    needed, others = [day.escalated_fixes for day in chart.days], [day.fixes - day.escalated_fixes for day in chart.days]
    axes.bar(at, needed, width=0.8, color=ESCALATED, hatch="////", edgecolor=GROUND, linewidth=0, label="only after escalation")
    axes.bar(at, others, width=0.8, bottom=needed, color=OTHER, label="without")
    _dressed(axes, f"Fixes a day: {chart.title}")
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles, labels, loc="upper left", ncols=2, frameon=False, fontsize=11, borderaxespad=0, handlelength=1.2, labelcolor=INK)
    axes.set_ylim(0, max(1, *(day.fixes for day in chart.days)) * 1.25)  # room for the legend


def _contacts(axes: Any, chart: Chart) -> None:
    """The contacts of each day's fixes; days without a fix are left out, not drawn as none."""
    told = [(at, day.contacts) for at, day in enumerate(chart.days) if day.contacts is not None]
    axes.plot([at for at, _ in told], [contacts for _, contacts in told], color=CONTACTS, linewidth=2, marker="o", markersize=4)
    _dressed(axes, "Contacts until a case was fixed, average")
    axes.set_ylim(0, max((contacts for _, contacts in told), default=1) * 1.15)
    every = max(1, (len(chart.days) - 1) // 4)
    at = list(range(len(chart.days) - 1, -1, -every))[::-1]  # the last day, which the digest is about, is always named
    axes.set_xticks(at, [f"{chart.days[n].day.day} {chart.days[n].day:%b}" for n in at])


def _dressed(axes: Any, title: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK)
    axes.set_facecolor(GROUND)
    axes.tick_params(labelsize=11, colors=SOFT, length=0)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)

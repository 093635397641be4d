"""Does every measurement of `make bench` still measure? Hardly anything of each, on both databases."""

import math
import re
from itertools import product

import pytest

from tests import postgres
from tests.bench.databases import KINDS
from tests.bench.door import AT_ONCE, BOLT, DELIVERING, SILENT
from tests.bench.figures import Lateness, Spread, Table, duration, growth
from tests.bench.report import Report, measured
from tests.bench.scale import TINY

UNITS = {"s": 1.0, "ms": 1e-3, "µs": 1e-6}


def figures(table: Table) -> list[float]:
    """Return every time in a table, in seconds."""
    cells = [str(cell) for row in table.rows for cell in row]
    return [float(number) * UNITS[unit] for cell in cells for number, unit in re.findall(r"([\d.e+-]+) (s|ms|µs)\b", cell)]


@pytest.fixture(scope="module", params=KINDS)
def report(request: pytest.FixtureRequest) -> Report:
    """All measurements on one database."""
    if request.param == "PostgreSQL":
        request.getfixturevalue("postgres_server")  # skips where there is none
    return measured(TINY, [request.param])


@pytest.mark.slow
def test_every_measurement_yields_figures(report: Report) -> None:
    for table in report.tables:
        found = figures(table)
        assert table.rows, table.title
        assert all(len(row) == len(table.head) for row in table.rows), table.title
        assert found or table is report.process, table.title  # it says shares and sizes
        assert all(math.isfinite(figure) and figure > 0 for figure in found), table.title
    assert all(row[-1] == 0 for row in report.late.rows), "a case was not decided, or nobody was told"


@pytest.mark.slow
def test_every_request_is_acknowledged_and_by_all_that_stand_behind_the_door(report: Report) -> None:
    doors = [dict(zip(report.door.head, row, strict=True)) for row in report.door.rows]

    assert {(row["behind the door"], row["at a time"]) for row in doors} == set(product((BOLT, SILENT, DELIVERING), AT_ONCE))
    assert all(row["failed"] == 0 and str(row["acknowledged"]) != "0" for row in doors), doors


@pytest.mark.slow
def test_the_page_names_no_place_of_the_machine(report: Report) -> None:
    page = report.page("")

    assert "/tmp" not in page
    assert "/home" not in page
    assert page.count("\n## ") == len(report.tables)


def test_figures_are_said_with_the_digits_that_count() -> None:
    assert [duration(t) for t in (0.0000034, 0.0123456, 0.5, 12.345, 0.0)] == ["3.4 µs", "12.3 ms", "500 ms", "12.3 s", "0 µs"]
    assert str(Spread((0.003, 0.001, 0.002))) == "2 ms (1 ms - 3 ms)"
    assert Lateness(tuple(n / 1000 for n in range(1, 101))).cells() == ("51 ms", "100 ms", "100 ms")
    assert Lateness((), missing=3).cells() == ("never", "never", "never")


def test_a_size_that_costs_too_much_is_flagged() -> None:
    quick, slow = Spread((0.002,)), Spread((0.0031,))

    assert growth([quick, Spread((0.003,))]) == "1.50"
    assert growth([quick, slow]) == "**1.55: more than 1.5**"
    assert postgres.SETTINGS["fsync"] == "off"  # which is why the measurements have settings of their own

"""Measure, and print the tables: `make bench`, or `make bench ARGS="--quick --write"`."""

import argparse
from pathlib import Path

from tests.bench import machine
from tests.bench.databases import KINDS
from tests.bench.report import measured
from tests.bench.scale import QUICK, WHOLE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def main() -> None:
    """Run what is asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Buckstop, and what one would do without it.")
    asked.add_argument("--quick", action="store_true", help="smaller, in a minute or two")
    asked.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    asked.add_argument("--only", choices=KINDS, help="one database alone")
    asked.add_argument("--targets", action="store_true", help="only what has a target, in some ten minutes")
    given = asked.parse_args()
    if given.write and given.targets:
        asked.error("the page has everything, so --write measures everything")
    busy = machine.busy()
    page = measured(QUICK if given.quick else WHOLE, [given.only] if given.only else KINDS, targets=given.targets).page(busy)
    print(page)
    if given.write:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Did every test run?

A test that is no longer collected, or always skipped, looks like one that passes. So `check` compares what ran with the floor in
tests/COUNT and refuses skips, and says nothing when all is well; `raise` sets the floor to what pytest finds now.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

FLOOR = Path(__file__).resolve().parent / "COUNT"


def main(arguments: list[str]) -> int:
    """Run one of the two commands and return the exit code."""
    match arguments:
        case ["check", results]:
            return report(faults(Path(results), floor()))
        case ["raise"]:
            return raise_floor(collected())
        case _:
            print("usage: python -m tests.count check RESULTS.xml | raise", file=sys.stderr)
            return 2


def floor() -> int:
    """Return the number of tests below which CI fails."""
    return int(FLOOR.read_text(encoding="utf-8")) if FLOOR.exists() else 0


def faults(results: Path, least: int) -> list[str]:
    """Say what did not run, and how to mend it."""
    tests = list(ET.parse(results).iter("testcase"))
    skips = [(test, skip) for test in tests if (skip := test.find("skipped")) is not None and skip.get("type") != "pytest.xfail"]
    found = [f"skipped: {test.get('classname')}::{test.get('name')}: {skip.get('message')}" for test, skip in skips]
    if found:
        found.append("CI skips nothing. Install what these tests need in .ci/run, or remove them.")
    ran = len(tests) - len(skips)
    if ran < least:
        found.append(
            f"{ran} tests ran, but tests/COUNT says at least {least}. Find out which are no longer collected (a file renamed? an import"
            " guard?). If they were removed on purpose, run `make count` and say so in the commit."
        )
    return found


def report(found: list[str]) -> int:
    """Print the faults, if any."""
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


def collected() -> int:
    """Return how many tests pytest finds."""
    listing = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "--no-header"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
    )
    closing = re.search(r"^(\d+)(?:/\d+)? tests? collected", listing.stdout, re.MULTILINE)
    if listing.returncode or closing is None:
        sys.exit(listing.stdout[-2000:] + "pytest could not collect the tests; the floor stays.")
    return int(closing[1])


def raise_floor(count: int) -> int:
    """Write the floor and say what changed."""
    before = floor()
    FLOOR.write_text(f"{count}\n", encoding="utf-8")
    print(f"tests/COUNT: {before} -> {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m tests.torture`: kill Buckstop, and say whether anything was lost, doubled or wrong. `make torture` runs all of it."""

import argparse
import sys
from pathlib import Path

from tests.torture.company import PLATFORMS
from tests.torture.databases import KINDS
from tests.torture.report import Wanted, tortured

PAGE = Path(__file__).parents[2] / "docs" / "torture.md"


def main() -> int:
    """Run what is asked for; 0 if nothing is wrong."""
    read = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    read.add_argument("--kills", type=int, help="how many random kills in all; 1000 if nothing else is asked for")
    read.add_argument("--points", action="store_true", help="die at every point")
    read.add_argument("--point", default="", metavar="NAME", help="die only at the points whose name holds this")
    read.add_argument("--simulation", type=int, metavar="SEEDS", help="play so many seeds in the simulation, if it is there")
    read.add_argument("--database", choices=KINDS, help="on this one only")
    read.add_argument("--platform", choices=PLATFORMS, help="random kills on this one only")
    read.add_argument("--seed", type=int, default=1, help="the first seed of the random kills")
    read.add_argument("--each", type=int, default=100, help="kills in one storm, each with a seed of its own")
    read.add_argument("--write", action="store_true", help="write docs/torture.md")
    given = read.parse_args()
    everything = given.kills is None and not given.points and not given.point and given.simulation is None
    wanted = Wanted(
        kills=1000 if everything else given.kills or 0,
        points=everything or given.points or bool(given.point),
        point=given.point,
        simulation=10_000 if everything else given.simulation or 0,
        databases=(given.database,) if given.database else KINDS,
        platforms=(given.platform,) if given.platform else PLATFORMS,
        seed=given.seed,
        each=given.each,
    )
    page, clean = tortured(wanted)
    print(page)
    if given.write:
        PAGE.write_text(page, "utf-8")
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.simulation --seeds 0:10000 --days 30 --jobs 2`, and `--seed 7 --trace` to see one of them again."""

import argparse
import os
import sys

from tests.simulation.running import Result, Run, run_seeds

_LAST = 40  # events that are shown of a seed that failed


def main() -> int:
    """Play the seeds that are asked for; exit 1 if a promise was broken in any."""
    asked = _asked()
    seeds = range(asked.seed, asked.seed + 1) if asked.seed is not None else range(*map(int, asked.seeds.split(":")))

    def told(run: Run) -> None:
        if asked.trace:
            print("\n".join(run.log))
        if run.violations:
            print(failure(run, asked.days, asked.actions), flush=True)
        elif asked.verbose:
            print(f"seed {run.seed}: {run.cases} cases, {run.messages} messages, {run.kills} kills, trace {run.trace[:12]}", flush=True)

    every = 1 if asked.seed is not None else asked.every
    result = run_seeds(seeds, asked.days, actions=asked.actions, jobs=asked.jobs, every=every, told=told)
    print(summary(result, asked.days))
    return 1 if result.failed else 0


def failure(run: Run, days: float, actions: int | None) -> str:
    """Say what was broken in a seed, what happened last, and how to see it again."""
    more = f" --actions {actions}" if actions is not None else ""
    return "\n".join(
        (
            f"seed {run.seed}: {len(run.violations)} violations",
            *(f"  {violation}" for violation in run.violations),
            f"the last events of {len(run.log)}:",
            *(f"    {line}" for line in run.log[-_LAST:]),
            f"replay: PYTHONHASHSEED=0 python -m tests.simulation --seed {run.seed} --days {days:g}{more} --trace",
        )
    )


def summary(result: Result, days: float) -> str:
    """Say what came of all of them."""
    return (
        f"{result.runs} seeds of {days:g} days: {result.cases} cases, {result.messages} messages, {result.kills} processes ended; "
        f"{len(result.failed)} seeds with violations"
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description="Deterministic simulation of Buckstop.")
    parser.add_argument("--seeds", default="0:200", help="from:to, the second one not included")
    parser.add_argument("--seed", type=int, help="one seed, played twice")
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--actions", type=int, help="how often people do something; drawn for each seed unless it is given")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--every", type=int, default=20, help="of so many seeds one is played twice")
    parser.add_argument("--trace", action="store_true", help="print all that happened")
    parser.add_argument("--verbose", action="store_true", help="a line for each seed")
    return parser.parse_args()


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets of words differs from process to process; with it, so could what is drawn from them.
        os.execve(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]], os.environ | {"PYTHONHASHSEED": "0"})
    sys.exit(main())

"""The simulation in small: 200 seeds, much shorter than those of the long run; and whether it is what it says it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def simulation(*options: str) -> subprocess.CompletedProcess[str]:
    """Play seeds in a process of their own, in which words hash alike each time."""
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation", *options],
        cwd=_ROOT,
        env=os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
    )


@pytest.mark.slow
@pytest.mark.timeout(1000)
@pytest.mark.parametrize("seeds", ["0:100", "100:200"])
def test_200_seeds_keep_every_promise(seeds: str) -> None:
    """A day each, and few actions: what a company of some cases does in a month is the long run's."""
    played = simulation("--seeds", seeds, "--days", "1", "--actions", "5")

    assert played.returncode == 0, played.stdout + played.stderr
    assert "100 seeds of 1 days" in played.stdout
    assert "0 seeds with violations" in played.stdout


def test_a_seed_is_the_same_in_another_process() -> None:
    one, other = (simulation("--seed", "7", "--days", "3", "--actions", "8", "--trace", "--verbose") for _ in range(2))

    assert one.returncode == 0, one.stdout + one.stderr
    assert "trace" in one.stdout
    assert one.stdout == other.stdout

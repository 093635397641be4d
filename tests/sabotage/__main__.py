"""Plant each bug in a copy of the tree, and see that its test goes red:

make sabotage                       all of them
make sabotage ARGS="lease nonce"    those whose names have one of these words in them
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.sabotage.planted import PLANTED, Bug, planted

ROOT = Path(__file__).parents[2]
_PASSED, _FAILED = 0, 1  # pytest's; whatever else it says, it did not run the test
_LONGEST = 300  # seconds for one test, whatever was planted


def main(words: list[str]) -> int:
    """Plant what is asked for; return 0 if every bug was caught."""
    chosen = [bug for bug in PLANTED if not words or any(word in bug.name for word in words)]
    if not chosen:
        print(f"no bug is called like {' or '.join(words)}; there are:\n" + "\n".join(bug.name for bug in PLANTED), file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="buckstop-sabotage-") as folder:
        tree = _copied(Path(folder) / "tree")
        healthy = _ran(tree, sorted({bug.caught_by for bug in chosen}))
        if healthy.returncode != _PASSED:
            print(healthy.stdout[-4000:], file=sys.stderr)
            print("The tests fail as it is: nothing was planted.", file=sys.stderr)
            return 1
        missed = [bug for bug in chosen if not _is_caught(tree, bug)]
    print(f"{len(chosen) - len(missed)} of {len(chosen)} planted bugs were caught.")
    return 1 if missed else 0


def _copied(tree: Path) -> Path:
    """Return a copy of what git has here, and of what is new."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    return tree


def _is_caught(tree: Path, bug: Bug) -> bool:
    file, began = tree / bug.file, monotonic()
    whole = file.read_text("utf-8")
    file.write_text(planted(bug, whole), "utf-8")
    try:
        run = _ran(tree, [bug.caught_by])
    finally:
        file.write_text(whole, "utf-8")
    caught = run.returncode == _FAILED
    print(f"{'caught' if caught else 'MISSED'}  {bug.name} ({monotonic() - began:.0f} s, {bug.caught_by})", flush=True)
    if run.returncode not in (_PASSED, _FAILED):
        print(run.stdout[-2000:] + run.stderr[-2000:], file=sys.stderr)
    return caught


def _ran(tree: Path, tests: list[str]) -> subprocess.CompletedProcess[str]:
    # What is planted must be imported from there, also where another copy is installed; and no bytecode of it may outlive it.
    there = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(command, cwd=tree, env=there, capture_output=True, text=True, timeout=_LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, _FAILED, "it hung\n", "")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

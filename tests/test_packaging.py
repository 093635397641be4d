"""Does what another machine installs hold what the bot needs, and nothing that only this one has?"""

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements/run.txt", "requirements/dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def pins(lock: str) -> dict[str, str]:
    """Return each pinned package with the line that pins it, hashes included."""
    lines = (ROOT / lock).read_text("utf-8").replace("\\\n", " ").splitlines()
    return {re.split(r"[\[=]", line, maxsplit=1)[0]: line for line in lines if line and not line.lstrip().startswith("#")}


def named(requirements: list[str]) -> set[str]:
    """Return the packages' names without bounds and extras, as a lock spells them: `discord.py` is `discord-py` there."""
    return {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=]", requirement, maxsplit=1)[0]) for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_versions_and_hashes_and_names_no_address(lock: str) -> None:
    assert [name for name, line in pins(lock).items() if "==" not in line or "--hash=sha256:" not in line] == []
    assert re.findall(r"\S*(?:https?://|file:|--index|--find)\S*", (ROOT / lock).read_text("utf-8")) == []


def test_the_locks_hold_every_dependency_in_the_same_version() -> None:
    run, dev = (pins(lock) for lock in LOCKS)

    assert named(PROJECT["dependencies"]) - run.keys() == set()
    assert named(PROJECT["optional-dependencies"]["dev"]) - dev.keys() == set()
    assert {name: dev.get(name) for name in run} == run


def test_the_wheel_holds_every_file_of_the_bot(tmp_path: Path) -> None:
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("bot/")}
    needed = {path.relative_to(ROOT).as_posix() for path in (ROOT / "bot").rglob("*") if path.is_file() and "__pycache__" not in path.parts}

    assert needed
    assert needed - packed == set()


def test_the_procfile_names_the_roles() -> None:
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()

    assert lines == [f"{role}: buckstop run --role {role}" for role in ("web", "worker", "discord")]

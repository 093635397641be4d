"""The commands that act on a running bot's database, as they are typed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.scenarios.conftest import ORG


@pytest.fixture
def typed(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> "Typed":
    """Type commands for a fresh database."""
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BUCKSTOP_CONFIG", str(ORG))
    return Typed()


class Typed:
    """What came of words on the command line."""

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))


def test_pause_and_resume(typed: Typed) -> None:
    first = typed("pause", "--why", "  wrong managers\nimported ")
    assert first.exit_code == 0
    assert first.stdout.splitlines()[0].startswith("Paused since ")
    assert first.stdout.splitlines()[0].endswith("(Europe/London): wrong managers imported")

    assert typed("resume").stdout.endswith(": wrong managers imported\n")
    assert typed("resume").stdout == "It was not paused.\n"


@pytest.mark.parametrize("words", [[], ["--why", "  "], ["--why", "x" * 301]])
def test_a_pause_needs_a_reason(typed: Typed, words: list[str]) -> None:
    assert typed("pause", *words).exit_code == 2
    assert typed("resume").stdout == "It was not paused.\n"


def test_the_effect_comes_after_the_faults(typed: Typed) -> None:
    said = typed("check-config", str(ORG), "--effect")

    assert said.exit_code == 0
    assert said.stdout.splitlines()[0].endswith("9 people, 3 services, 1 chain.")
    assert said.stdout.splitlines()[-1] == "There are no live cases."


def test_the_effect_on_a_database_that_is_not_there(typed: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", f"sqlite:///{tmp_path}/nothing.db")

    said = typed("check-config", str(ORG), "--effect")

    assert said.exit_code == 1
    assert "make it with: buckstop db upgrade" in said.stderr

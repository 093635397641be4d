"""Is this the only process on the file? Asked of the system, so it holds for processes that were killed too."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.alone import alone_on

_OTHER = "import sys; from bot.store.alone import alone_on\nwith alone_on(sys.argv[1]) as alone: print(alone, flush=True); sys.stdin.read()"


def test_whoever_comes_second_is_not_alone_until_the_first_is_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/buckstop.db"
    command = [sys.executable, "-c", _OTHER, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with alone_on(url) as alone:
            assert not alone
        other.kill()
        other.wait()
        with alone_on(url) as alone:
            assert alone


def test_who_is_left_of_two_still_counts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/buckstop.db"
    with alone_on(url) as first:
        with alone_on(url) as second:
            assert (first, second) == (True, False)
        with alone_on(url) as third:
            assert not third


@pytest.mark.parametrize("url", ["postgresql://localhost/x", "sqlite:////nowhere/at/all.db", "not an address", "sqlite://"])
def test_where_nobody_can_tell_the_answer_is_no(url: str) -> None:
    with alone_on(url) as alone:
        assert not alone

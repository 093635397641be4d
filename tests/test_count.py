"""Is a test that did not run found out?"""

from pathlib import Path

import pytest

from tests import count

PASSED = '<testcase classname="tests.a" name="test_one"/>'
FAILS_AS_EXPECTED = '<testcase classname="tests.a" name="test_two"><skipped type="pytest.xfail" message="later"/></testcase>'
SKIPPED = '<testcase classname="tests.a" name="test_three"><skipped type="pytest.skip" message="no Chromium"/></testcase>'

RUNS = {
    "all ran": ([PASSED, FAILS_AS_EXPECTED], 2, []),
    "more than the floor": ([PASSED, PASSED], 1, []),
    "one is no longer collected": ([PASSED], 2, ["1 tests ran, but tests/COUNT says at least 2."]),
    "one is skipped": ([PASSED, SKIPPED], 1, ["skipped: tests.a::test_three: no Chromium", "CI skips nothing."]),
}


@pytest.mark.parametrize(("tests", "least", "expected"), RUNS.values(), ids=RUNS.keys())
def test_what_did_not_run_is_named(tmp_path: Path, tests: list[str], least: int, expected: list[str]) -> None:
    results = tmp_path / "tests.xml"
    results.write_text(f"<testsuites><testsuite>{''.join(tests)}</testsuite></testsuites>")

    found = count.faults(results, least)

    assert len(found) == len(expected)
    assert all(fault.startswith(start) for fault, start in zip(found, expected, strict=True))


def test_the_floor_is_written_and_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(count, "FLOOR", tmp_path / "COUNT")

    assert count.floor() == 0
    assert count.raise_floor(12) == 0
    assert count.floor() == 12
    assert capsys.readouterr().out == "tests/COUNT: 0 -> 12\n"

"""What is written to the log, as an operator's machine gets it: no secret, however deep it lies, and nothing of what people typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOKEN = "xoxb-123456-abcdefghijkl"

FAILING = """
import structlog
from bot.log import configure
configure("info", as_json={as_json})
def fails(token, text):
    raise ValueError("refused: " + token)
try:
    fails({token!r}, "the meter of flat nine")
except ValueError as fault:
    structlog.get_logger().warning("slack.not_answered", exc_info=fault, deep=[{token!r}, {{"password": "hunter2"}}])
"""


@pytest.mark.parametrize("as_json", [True, False])
def test_a_failure_shows_neither_a_token_nor_what_somebody_typed(as_json: bool) -> None:
    done = subprocess.run([sys.executable, "-c", FAILING.format(as_json=as_json, token=TOKEN)], capture_output=True, text=True, check=True)

    assert "slack.not_answered" in done.stderr
    assert "ValueError" in done.stderr
    assert "[hidden]" in done.stderr
    for secret in (TOKEN, "flat nine", "hunter2"):
        assert secret not in done.stderr.replace(f"fails({TOKEN!r}", "")
    if as_json:
        assert json.loads(done.stderr.splitlines()[-1])["exception"][0]["exc_type"] == "ValueError"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_log_that_cannot_be_written_ends_nothing() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-c", FAILING.format(as_json=True, token=TOKEN) + "\nprint('still there')"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, text=True, check=False)

    assert done.stdout == "still there\n"

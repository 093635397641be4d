"""How does a test session start the fake and end it?"""

import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[2]


@contextmanager
def fake_discord() -> Iterator[str]:
    """Start a fake Discord as a process of its own, yield its address, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.discord", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        preexec_fn=_end_with_us,  # noqa: PLW1509 - it takes no lock that another thread could hold
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise RuntimeError("the fake Discord does not start; see its error above")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            process.stdout.close()


def _end_with_us() -> None:
    # A test run that is killed cannot stop its fake; then the kernel does (Linux only).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)

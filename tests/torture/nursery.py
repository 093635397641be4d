"""How does a killed Buckstop come back in a quarter of a second? A process that has imported it already forks.

What is forked runs `buckstop run` from its first line on, with an environment, a log and a loop of its own, and is killed like any other.
Only the imports are saved, which are two thirds of a start. The long run starts a share of the processes as `python -m bot` all the same.

It reads one line of JSON for each process and answers with its number.
"""

import gc
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def main() -> None:
    """Fork one process after the other, until nobody asks for any more."""
    _import()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    for line in sys.stdin:
        print(_forked(json.loads(line)), flush=True)


def _import() -> None:
    from bot import app, cli, operations  # noqa: F401
    from bot.adapters.discord import side  # noqa: F401
    from bot.adapters.slack import side as slack  # noqa: F401
    from bot.wording import chart_png  # noqa: F401
    from tests.torture import dying  # noqa: F401
    from tests.torture.points import points

    points()
    # What is shared with the children is not looked through by each of them.
    gc.collect()
    gc.freeze()


def _forked(asked: Json) -> int:
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        code = _live(asked)
    finally:
        if asked["death"]:
            with Path(asked["stray"]).open("a", encoding="utf-8") as file:
                file.write(f"it was to die at {asked['death']['point']}, and ended by itself with {code}\n")
        sys.stderr.flush()
        os._exit(code)


def _live(asked: Json) -> int:
    from bot.cli import main as buckstop
    from tests.torture.dying import Death, arm
    from tests.torture.processes import end_with_us

    end_with_us()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log, nothing = os.open(asked["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT), os.open(os.devnull, os.O_RDONLY)
    for number, there in enumerate((nothing, log, log)):
        os.dup2(there, number)
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["buckstop", *asked["words"]]
    arm(Death(**asked["death"]) if asked["death"] else None, asked["stray"])
    try:
        buckstop()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


if __name__ == "__main__":
    main()

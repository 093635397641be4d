"""`python -m tests.discord --port 0`: serve the fake Discord until SIGTERM."""

import argparse

from tests.discord.server import serve


def main() -> None:
    """Read the port and serve."""
    options = argparse.ArgumentParser(prog="python -m tests.discord", description="A strict fake Discord on loopback.")
    options.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve(options.parse_args().port)


if __name__ == "__main__":
    main()

"""`python -m tests.slack --port 0`: serve the fake Slack until SIGTERM."""

import argparse

from tests.slack.server import serve


def main() -> None:
    """Read the port and serve."""
    options = argparse.ArgumentParser(prog="python -m tests.slack", description="A strict fake Slack on loopback.")
    options.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve(options.parse_args().port)


if __name__ == "__main__":
    main()

"""A strict fake Slack on loopback, a process of its own: `python -m tests.slack --port 0`. See README.md."""

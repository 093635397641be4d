"""A strict fake Discord on loopback, a process of its own: `python -m tests.discord --port 0`. See README.md."""

"""Buckstop: every problem has a name on it and a next time."""

__version__ = "0.1.0"

"""How long a test waits for what must come."""

PATIENT = 60.0
"""Seconds. Nobody waits that long unless it never comes: a machine may be slow, and that is no fault of the code."""

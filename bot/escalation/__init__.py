"""The case engine: what happens to a case, and when. Pure: no await, no clock, no database, no chat."""

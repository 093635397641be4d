"""Several real processes on one PostgreSQL, in Slack and Discord, and everything that can happen to them."""

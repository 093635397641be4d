"""More of the same: how much the tests try, which `BUCKSTOP_LONG=1` makes longer."""

import os

LONG = os.environ.get("BUCKSTOP_LONG") == "1"

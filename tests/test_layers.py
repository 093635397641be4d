"""Does the core know anything but the standard library?

import-linter keeps the layers (`make check`), but it can forbid only what somebody thought of. Here everything is forbidden that is
not the standard library or the core itself, so a new dependency cannot slip in.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import bot.escalation

CORE = Path(bot.escalation.__path__[0])


def imported(source: str) -> Iterator[str]:
    """Yield the full name of every module that the source imports, wherever it does so."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, level=dots):
                yield "." * dots + (module or "")
            case _:
                continue


def is_foreign(module: str) -> bool:
    """Say whether the core must not know this module."""
    return not (module.partition(".")[0] in sys.stdlib_module_names or f"{module}.".startswith("bot.escalation."))


def test_the_core_imports_the_standard_library_only() -> None:
    files = sorted(CORE.rglob("*.py"))
    foreign = {
        f"{file.relative_to(CORE)}: {module}" for file in files for module in imported(file.read_text("utf-8")) if is_foreign(module)
    }

    assert files
    assert foreign == set()


def test_a_foreign_import_is_found_wherever_it_stands() -> None:
    source = """
import datetime, holidays
from bot.escalation.case import Case
from bot.escalations import other
def late():
    from sqlalchemy.ext import asyncio
    from .. import chat
"""

    found = {module for module in imported(source) if is_foreign(module)}

    assert found == {"holidays", "bot.escalations", "sqlalchemy.ext", ".."}

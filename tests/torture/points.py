"""Where in the source can a crash make a difference? Before and after each commit, and around each network write.

Found by reading the source, not by a list: whoever adds a transaction or a post adds a point, and a test asks what exercises it.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

BOT = Path(__file__).parents[2] / "bot"
PLATFORMS = ("adapters/slack", "adapters/discord")
# What a library calls whatever changes something on its platform. `dying.py` looks whether one was sent from a place that is not found so.
SLACK_WRITES = ("chat_post", "chat_update", "chat_delete", "conversations_open", "conversations_join", "files_", "reactions_add", "views_")
DISCORD_WRITES = frozenset(
    {
        "add_reaction", "create_dm", "create_thread", "defer", "delete", "edit", "edit_message", "edit_original_response", "join", "reply",
        "send", "send_message", "send_modal", "sync",
    }
)  # fmt: skip
HTTP_WRITES = frozenset({"post", "put", "patch", "delete"})  # of a session

Kind = Literal["commit", "write"]


@dataclass(frozen=True, slots=True)
class Point:
    """One place: its name stays the same while the lines around it move."""

    name: str
    kind: Kind
    file: str
    first: int
    last: int

    def holds(self, file: str, line: int) -> bool:
        """Tell whether a line is in it."""
        return file == self.file and self.first <= line <= self.last


@cache
def points() -> tuple[Point, ...]:
    """Return all points of the source, in the order of their names."""
    found = [point for file in sorted(BOT.rglob("*.py")) for point in _points_of(file)]
    return tuple(sorted(found, key=lambda point: point.name))


def _points_of(file: Path) -> Iterator[Point]:
    path = file.relative_to(BOT)
    module, often = ".".join(path.with_suffix("").parts), Counter[str]()
    for where, kind, what, node in found_in(ast.parse(file.read_text("utf-8")), platform=path.as_posix().startswith(PLATFORMS)):
        name = f"{module}:{where}:{what}"
        often[name] += 1
        yield Point(f"{name}#{often[name]}" if often[name] > 1 else name, kind, str(file), node[0], node[1])


def found_in(tree: ast.AST, inside: str = "", *, platform: bool) -> Iterator[tuple[str, Kind, str, tuple[int, int]]]:
    """Yield in which function each point is, of which kind, what is called, and from which line to which."""
    for node in ast.iter_child_nodes(tree):
        within = f"{inside}.{node.name}".lstrip(".") if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else inside
        if isinstance(node, ast.AsyncWith):
            yield from (
                (within, "commit", "commit", (item.context_expr.lineno, item.context_expr.end_lineno or item.context_expr.lineno))
                for item in node.items
                if _begins(item.context_expr)
            )
            posts = [item.context_expr for item in node.items if platform and _posts(item.context_expr)]
            yield from ((within, "write", _called(post), (post.lineno, post.end_lineno or post.lineno)) for post in posts)
        if platform and (handed := _handed_on(node)) is not None:
            assert isinstance(node, ast.Call)
            yield within, "write", handed, (node.lineno, node.end_lineno or node.lineno)
        if platform and (called := _written(node)) is not None:
            yield within, "write", _called(called), (called.lineno, called.end_lineno or called.lineno)
        yield from found_in(node, within, platform=platform)


def _begins(given: ast.expr) -> bool:
    return isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr == "begin"


def _posts(given: ast.expr) -> bool:
    return isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr in HTTP_WRITES


def _written(node: ast.AST) -> ast.Call | None:
    """Return the call of a library that writes. Those are awaited, or handed on in a lambda to whoever awaits them."""
    called = node.value if isinstance(node, ast.Await) else node.body if isinstance(node, ast.Lambda) else None
    if not isinstance(called, ast.Call) or not isinstance(called.func, ast.Attribute):
        return None
    name, of = called.func.attr, called.func.value
    ours = isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name) and of.value.id == "self" and of.attr in _OURS
    return called if not ours and (name.startswith(SLACK_WRITES) or name in DISCORD_WRITES) else None


def _handed_on(node: ast.AST) -> str | None:
    """Return which write of a library is handed on as a function, as in `partial(client.conversations_open, ...)`."""
    for given in node.args if isinstance(node, ast.Call) else ():
        if isinstance(given, ast.Attribute) and given.attr.startswith(SLACK_WRITES):
            return given.attr
    return None


_OURS = ("_threads", "_messenger")  # of our own, whose methods are called as the library's: what they write is found in them


def _called(call: ast.expr) -> str:
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr

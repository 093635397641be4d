"""Is every point of the source died at, or left out with a reason? Whoever adds a transaction or a post is asked here for its scene."""

import ast
from collections import Counter
from pathlib import Path

from tests.torture.points import BOT, found_in, points
from tests.torture.provoking import LEFT_OUT
from tests.torture.seldom import SCENES

SOURCE = """
class Desk:
    async def handle(self):
        async with self.store.begin() as tx:
            await self.client.chat_postMessage(text="x")

        async def later():
            async with self.store.begin() as tx, something():
                pass

    def tell(self):
        return self.ask(lambda: self.client.chat_update(ts="1")), partial(self.client.conversations_open, users="U1")

    async def upload(self):
        async with session.post("https://...") as answer:
            await channel.send("done")
            await self.client.users_info(user="U1")
        return [await message.edit(view=one) for one in self.views]
"""


def test_points_are_found_in_the_source() -> None:
    found = [(f"{where}:{what}", kind) for where, kind, what, _ in found_in(ast.parse(SOURCE), platform=True)]

    assert found == [
        ("Desk.handle:commit", "commit"),
        ("Desk.handle:chat_postMessage", "write"),
        ("Desk.handle.later:commit", "commit"),
        ("Desk.tell:chat_update", "write"),
        ("Desk.tell:conversations_open", "write"),
        ("Desk.upload:post", "write"),
        ("Desk.upload:send", "write"),
        ("Desk.upload:edit", "write"),
    ]


def test_no_transaction_is_overlooked() -> None:
    """Counted in another way: by the letters, whatever the lines around them are like."""
    begun = ("tore.begin()", "atabase.begin()", "source.begin()")
    letters = sum(file.read_text("utf-8").count(words) for file in _sources() for words in begun)

    assert letters == sum(point.kind == "commit" for point in points())


def test_every_point_is_died_at_or_left_out_with_a_reason() -> None:
    died_at = Counter(point for scene in SCENES for point in scene.points)

    assert sorted([*died_at, *LEFT_OUT]) == sorted(point.name for point in points())
    assert [point for point, times in died_at.items() if times > 1] == []
    assert all(LEFT_OUT.values())


def _sources() -> list[Path]:
    return sorted(BOT.rglob("*.py"))

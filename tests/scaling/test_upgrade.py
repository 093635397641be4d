"""A rolling upgrade: the next version's tables are made under processes of this one, which go on until they are replaced one by one."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.database import revisions
from tests.scaling.company import ROOT, Company, company
from tests.scaling.server import Bouncing

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

NEXT = "9001"
MIGRATION = f"""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{revisions()[-1]}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table("moods", sa.Column("case_id", sa.BigInteger(), primary_key=True), sa.Column("mood", sa.Text(), nullable=False))
    for table in ("cases", "facts", "deliveries", "lanes", "inbox"):
        op.add_column(table, sa.Column("mood", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
        op.create_index(f"{{table}}_mood", table, ["mood"])
"""


@pytest.fixture(scope="module")
def next_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the next version of Buckstop, which has one more migration."""
    folder = tmp_path_factory.mktemp("next")
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / f"bot/store/migrations/versions/{NEXT}_the_next.py").write_text(MIGRATION, "utf-8")
    return folder


@pytest_asyncio.fixture(loop_scope="module")
async def there(
    bounced: Bouncing, slack_address: str, discord_address: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Company]:
    """A company that runs this version."""
    bounced.server.run("CREATE DATABASE upgraded TEMPLATE company")
    async with company(bounced.server.url("upgraded"), slack_address, discord_address, tmp_path_factory.mktemp("company")) as made:
        await asyncio.gather(made.start("web"), made.start("worker"))
        await made.ws.until_connected()
        yield made


async def test_old_ones_go_on_until_new_ones_have_taken_their_place(there: Company, next_version: Path) -> None:
    web, worker = there.processes
    async with there.reporting(6):
        await there.has_reported(1)
        upgrade = await there.begin("db", "upgrade", root=next_version)
        assert await upgrade.process.wait() == 0, upgrade.log
        # The old ones work on the new tables.
        assert await there.report(1)
        await there.quiet()
        # An old one that starts now does not: who put it there has missed the upgrade.
        late, new = await asyncio.gather(there.begin("worker"), there.start("worker", root=next_version))
        assert await late.process.wait() == 1
        assert f"is newer ({NEXT}) than this program ({revisions()[-1]}); install a newer Buckstop" in late.log
        await worker.terminate()
    await there.start("web", root=next_version)
    await there.ws.until_connected(2)
    await web.terminate()
    assert await there.report(3)
    await there.all_is_well()
    assert '"level": "error"' not in new.log

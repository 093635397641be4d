"""Does every entry let everybody do what DESIGN.md section 4 lets them do, and refuse the rest, saying who may, without any effect?"""

from pathlib import Path

import pytest

from tests.security import permissions as p
from tests.security.matrix import OWN, SCENES, wrong_in


def _name(scene: p.Scene) -> str:
    return f"{scene.state}{', private' if scene.private else ''}{', reporter gone' if scene.reporter_gone else ''}"


@pytest.mark.parametrize("scene", SCENES, ids=_name)
async def test_every_person_and_verb(sqlite_template: Path, tmp_path: Path, scene: p.Scene) -> None:
    tried, wrong = await wrong_in(scene, sqlite_template, tmp_path)

    assert wrong == []
    assert tried >= 65


@pytest.mark.parametrize("scene", OWN, ids=_name)
async def test_who_reported_it_owns_it(sqlite_template: Path, tmp_path: Path, scene: p.Scene) -> None:
    _, wrong = await wrong_in(scene, sqlite_template, tmp_path, self_owned=True)

    assert wrong == []

"""Is a modal filled in, checked, sent and kept as Discord's client does it?"""

import asyncio
from typing import Any

import pytest

from tests.discord.client import Impossible, World
from tests.discord.quiet import Quiet, asked, callback
from tests.discord.rest import Rest
from tests.patience import PATIENT

Json = dict[str, Any]

FIELDS: list[Json] = [
    {"type": 18, "label": "What", "component": {"type": 4, "custom_id": "what", "style": 2, "min_length": 3}},
    {
        "type": 18,
        "label": "How bad",
        "component": {
            "type": 3,
            "custom_id": "bad",
            "options": [{"label": "Low", "value": "1"}, {"label": "High", "value": "2", "default": True}],
        },
    },
    {"type": 18, "label": "Who", "component": {"type": 5, "custom_id": "who", "required": False, "min_values": 0}},
    {"type": 18, "label": "Private", "component": {"type": 23, "custom_id": "private"}},
    {"type": 10, "content": "Thank you"},
]
MODAL: Json = {"custom_id": "m:1", "title": "Report", "components": FIELDS}


OPTIONS: list[Json] = [{"label": "Low", "value": "1"}, {"label": "High", "value": "2", "default": True}]
CHOICES: Json = MODAL | {
    "components": [
        {"type": 18, "label": "How bad", "component": {"type": 21, "custom_id": "bad", "options": OPTIONS}},
        {"type": 18, "label": "Which", "component": {"type": 22, "custom_id": "which", "options": OPTIONS, "max_values": 2}},
    ]
}


@pytest.mark.parametrize(
    ("values", "entered"),
    [({}, ["2", ["2"]]), ({"bad": "Low", "Which": ["Low", "2"]}, ["1", ["1", "2"]])],
)
async def test_boxes_are_ticked(world: World, quiet: Quiet, rest: Rest, values: Json, entered: list[Any]) -> None:
    opening, opened = await asked(world, quiet)
    assert await rest.status("POST", callback(opened), {"type": 9, "data": CHOICES}) == 204
    await opening
    outcome = asyncio.create_task(world.submit("ana", values))
    interaction = await asyncio.wait_for(quiet.asked.get(), PATIENT)
    await rest.call("POST", callback(interaction), {"type": 5})
    await outcome

    data: Any = interaction.data
    assert [one["component"].get("value", one["component"].get("values")) for one in data["components"]] == entered


async def _opened(world: World, quiet: Quiet, rest: Rest) -> None:
    outcome, interaction = await asked(world, quiet)
    assert await rest.status("POST", callback(interaction), {"type": 9, "data": MODAL}) == 204
    modal = (await outcome).modal
    assert modal is not None
    assert modal.labels == ["What", "How bad", "Who", "Private"]
    assert list(modal.fields) == ["what", "bad", "who", "private"]


async def test_a_modal_is_sent_with_what_is_in_it(world: World, quiet: Quiet, rest: Rest) -> None:
    await _opened(world, quiet, rest)
    outcome = asyncio.create_task(world.submit("ana", {"What": "down", "who": ["rita"], "Private": True}))
    interaction = await asyncio.wait_for(quiet.asked.get(), PATIENT)
    await rest.call("POST", callback(interaction), {"type": 4, "data": {"content": "noted"}})
    assert (await outcome).ok

    data: Any = interaction.data
    entered = [one["component"] for one in data["components"] if "component" in one]
    assert data["custom_id"] == "m:1"
    assert [one.get("value", one.get("values")) for one in entered] == ["down", ["2"], [world.users["rita"]], True]
    assert data["resolved"]["users"][world.users["rita"]]["username"] == "rita"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "'What' is required"),
        ({"what": "no"}, "'What' has 2"),
        ({"what": "down", "bad": "worst"}, "has no 'worst'"),
        ({"what": "down", "bad": []}, "'How bad' is required"),
        ({"what": "down", "due": "now"}, "no field"),
    ],
)
async def test_a_modal_is_not_sent_with_what_is_wrong(world: World, quiet: Quiet, rest: Rest, values: Json, why: str) -> None:
    await _opened(world, quiet, rest)

    with pytest.raises(Impossible, match=why):
        await world.submit("ana", values)


async def test_a_modal_that_fails_stays_open(world: World, quiet: Quiet, rest: Rest) -> None:
    await _opened(world, quiet, rest)
    await world.set(settings={"interaction_timeout": 0.05})

    out = await world.submit("ana", {"what": "down"})

    assert (out.ok, out.failure) == (False, "Something went wrong. Try again.")
    assert await world.form("ana") is not None
    await world.close_modal("ana")
    assert await world.form("ana") is None


async def test_a_modal_cannot_open_a_modal(world: World, quiet: Quiet, rest: Rest) -> None:
    await _opened(world, quiet, rest)
    outcome = asyncio.create_task(world.submit("ana", {"what": "down"}))
    interaction = await asyncio.wait_for(quiet.asked.get(), PATIENT)

    assert await rest.code("POST", callback(interaction), {"type": 9, "data": MODAL}) == 50035
    # It was opened by a command, so there is no message that could be changed.
    assert await rest.code("POST", callback(interaction), {"type": 7, "data": {"content": "a"}}) == 50035
    await rest.call("POST", callback(interaction), {"type": 5})
    assert (await outcome).answer == 5

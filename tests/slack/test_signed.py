"""Is what is sent over HTTP signed as Slack signs it, and are forgeries seen through?"""

from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from tests.slack.signed import Forgery, encoded, headers
from tests.slack.words import Impossible, Json

SECRET = "s3cret"
COMMAND = {"command": "/case", "text": "a & b = c", "team_id": "T1"}

FORGERIES: dict[str, tuple[Json, bool]] = {
    "genuine": ({}, True),
    "a little old": ({"age": 60}, True),
    "too old": ({"age": 600}, False),
    "from the future": ({"age": -600}, False),
    "wrongly signed": ({"signature": "wrong"}, False),
    "not signed": ({"signature": "none"}, False),
}


@pytest.mark.parametrize(("forge", "valid"), FORGERIES.values(), ids=FORGERIES.keys())
def test_what_the_library_of_slack_says_of_a_signature(forge: Json, valid: bool) -> None:
    body, content_type = encoded("slash_commands", COMMAND)

    sent = headers(SECRET, body, content_type, Forgery.of(forge))

    assert SignatureVerifier(SECRET).is_valid_request(body, sent) is valid


def test_each_kind_is_posted_in_its_own_way() -> None:
    assert encoded("events_api", {"a": 1}) == (b'{"a": 1}', "application/json")
    body, content_type = encoded("interactive", {"type": "block_actions"})
    assert content_type == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode()) == {"payload": ['{"type": "block_actions"}']}
    assert parse_qs(encoded("slash_commands", COMMAND)[0].decode())["text"] == ["a & b = c"]


def test_another_team_stands_wherever_the_team_stood() -> None:
    payload = {"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"}, "view": {"team_id": "T1"}, "type": "x"}

    forged = Forgery.of({"team": "T9"}).applied(payload)

    assert forged == {"team": {"id": "T9"}, "user": {"id": "U1", "team_id": "T9"}, "view": {"team_id": "T9"}, "type": "x"}
    assert payload["team"] == {"id": "T1"}


def test_anything_in_a_payload_can_be_replaced() -> None:
    payload = {"actions": [{"value": "C-1"}], "view": {"private_metadata": ""}}

    forged = Forgery.of({"payload": {"actions.0.value": "C-2", "view.private_metadata": "{}", "user": "U9"}}).applied(payload)

    assert forged == {"actions": [{"value": "C-2"}], "view": {"private_metadata": "{}"}, "user": "U9"}


def test_a_forgery_that_there_is_not() -> None:
    with pytest.raises(Impossible):
        Forgery.of({"signature": "old"})

"""A reply survives being kept: the second answer to the same event is the first one, part for part."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Button, Field, Form, Moment, Option, Reply, Typed, Who
from bot.escalation.words import CaseId, PersonId
from bot.handlers.remembered import from_json, to_json

texts = st.text(max_size=20)
parts = (
    texts | texts.map(Typed) | st.builds(Who, texts.map(PersonId), texts, st.booleans()) | st.datetimes(timezones=st.just(UTC)).map(Moment)
)
numbers = st.none() | st.integers(1, 999).map(CaseId)
fields = st.builds(
    Field,
    texts,
    texts,
    st.sampled_from(["text", "time", "check"]),
    st.booleans(),
    st.lists(st.builds(Option, texts, texts)).map(tuple),
    texts,
)
replies = st.builds(
    Reply,
    lines=st.lists(st.lists(parts).map(tuple)).map(tuple),
    form=st.none() | st.builds(Form, texts, texts, st.lists(fields, max_size=3).map(tuple)),
    errors=st.dictionaries(texts, texts),
    refused=st.booleans(),
    case=numbers,
    buttons=st.lists(st.builds(Button, texts, texts, numbers, st.none() | st.integers(), st.sampled_from(["plain", "danger"]))).map(tuple),
)


@given(replies)
def test_what_is_kept_comes_back(reply: Reply) -> None:
    assert from_json(json.loads(json.dumps(to_json(reply)))) == reply


def test_what_is_kept_is_small() -> None:
    assert to_json(Reply.say("Noted on ", Moment(datetime(2026, 3, 3, tzinfo=UTC)))) == {
        "lines": [["Noted on ", {"at": "2026-03-03T00:00:00+00:00"}]]
    }

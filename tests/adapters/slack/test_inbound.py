"""What do Slack's payloads come to? Recorded ones (tests/payloads/slack), each held against the whole of what the handlers get."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack import inbound, texts
from bot.adapters.slack.inbound import Message, Payload
from bot.adapters.slack.views import Origin, values_of
from bot.chat import Pointed, Pressed, Reacted, Said, Submitted
from bot.escalation.case import Place
from bot.escalation.words import CaseId, PersonId

RECORDED = Path(__file__).parents[2] / "payloads" / "slack"
TEAM = "T0NORTH1"
ANA, RITA = PersonId("ana"), PersonId("rita")
NAMES = {"U0ANA": "Ana", "U0BEN": "Ben Okoro", "U0RITA": "Rita", "U0BUCKSTOP": texts.MENTION.removeprefix("@")}
COMMANDS = {"case": "", "report": "report"}

ROOT, REPLY = "1764064800.000100", "1764064900.000200"  # the message of the first report, and an answer under it
CARD = "1764064801.000100"
METER, BILL = (f"https://northlight.slack.com/files/U0RITA/{name}" for name in ("F0METER1/meter.jpg", "F0BILL/bill.pdf"))
LINK = "https://northlight.slack.com/archives/C0HELP/p1"


def recorded(name: str) -> Payload:
    payload: Payload = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return payload


def name_of(user: str, label: str) -> str:
    return f"@{NAMES.get(user) or label or user}"


def at(conversation: str, message: str | None = None, thread: str | None = None) -> Place:
    return Place("slack", TEAM, conversation, message, thread)


def key(ts: str, channel: str = "C0HELP", edited: str = "") -> str:
    return f"slack/{TEAM}/message/{channel}/{ts}{edited and '/'}{edited}"


# The message in an event, and what it says to the handlers, spoken by Rita.
MESSAGES: dict[str, tuple[Message, Said]] = {
    "message": (
        Message("U0RITA", "C0HELP", ROOT, "the meter was swapped &amp; the bill is &gt; 9,000"),
        Said(key(ROOT), RITA, at("C0HELP", ROOT), "the meter was swapped & the bill is > 9,000"),
    ),
    "message_in_a_thread": (
        Message("U0RITA", "C0HELP", REPLY, "the old reading was 4711", ROOT),
        Said(key(REPLY), RITA, at("C0HELP", REPLY, ROOT), "the old reading was 4711"),
    ),
    "message_that_began_a_thread": (
        Message("U0RITA", "C0HELP", ROOT, "the meter was swapped"),
        Said(key(ROOT), RITA, at("C0HELP", ROOT), "the meter was swapped"),
    ),
    "message_to_the_thread_and_the_channel": (
        Message("U0RITA", "C0HELP", "1764064910.000300", "for all: it is the <https://status.test/meters|meters>", ROOT),
        Said(
            key("1764064910.000300"),
            RITA,
            at("C0HELP", "1764064910.000300", ROOT),
            "for all: it is the meters (https://status.test/meters)",
        ),
    ),
    "message_in_direct_messages": (
        Message("U0RITA", "D0RITA", "1764065000.000400", "ack C-1", direct=True),
        Said(key("1764065000.000400", "D0RITA"), RITA, at("@rita", "1764065000.000400"), "ack C-1"),
    ),
    "message_in_a_thread_of_direct_messages": (
        Message("U0RITA", "D0RITA", "1764065001.000400", "it is the meter", "1764065000.000400", direct=True),
        Said(key("1764065001.000400", "D0RITA"), RITA, at("@rita", "1764065001.000400", "1764065000.000400"), "it is the meter"),
    ),
    "message_in_a_private_channel": (
        Message("U0RITA", "C0SECRET", "1764065002.000400", "between us: <@U0ANA> knows"),
        Said(key("1764065002.000400", "C0SECRET"), RITA, at("C0SECRET", "1764065002.000400"), "between us: @Ana knows"),
    ),
    "message_with_files": (
        Message("U0RITA", "C0HELP", "1764065100.000500", "here they are", files=(METER, BILL)),
        Said(key("1764065100.000500"), RITA, at("C0HELP", "1764065100.000500"), f"here they are\n{METER}\n{BILL}"),
    ),
    "message_of_a_file_alone": (
        Message("U0RITA", "D0RITA", "1764065110.000500", "", direct=True, files=(METER,)),
        Said(key("1764065110.000500", "D0RITA"), RITA, at("@rita", "1764065110.000500"), METER),
    ),
    "message_about_oneself": (
        Message("U0RITA", "C0HELP", "1764065120.000500", "waits for the meter man"),
        Said(key("1764065120.000500"), RITA, at("C0HELP", "1764065120.000500"), "waits for the meter man"),
    ),
    "message_changed": (
        Message("U0RITA", "C0HELP", ROOT, "the meter was swapped on Tuesday", edited="1764065200.000000"),
        Said(
            key(ROOT, edited="1764065200.000000"), RITA, at("C0HELP", ROOT, ROOT), "the meter was swapped on Tuesday", edited=True
        ),
    ),
    "message_changed_in_a_thread": (
        Message("U0RITA", "C0HELP", REPLY, "the old reading was 4712", ROOT, edited="1764065210.000000"),
        Said(key(REPLY, edited="1764065210.000000"), RITA, at("C0HELP", REPLY, ROOT), "the old reading was 4712", edited=True),
    ),
    "app_mention": (
        Message("U0RITA", "C0HELP", "1764065700.001100", "<@U0BUCKSTOP> report billing: bill is 9,000"),
        Said(key("1764065700.001100"), RITA, at("C0HELP", "1764065700.001100"), "@buckstop report billing: bill is 9,000"),
    ),
    "app_mention_in_a_thread": (
        Message("U0ANA", "C0HELP", "1764065710.001200", "<@U0BUCKSTOP> handover <@U0BEN>: it is the meter", ROOT),
        Said(key("1764065710.001200"), RITA, at("C0HELP", "1764065710.001200", ROOT), "@buckstop handover @Ben Okoro: it is the meter"),
    ),
    "app_mention_added_later": (
        Message("U0RITA", "C0HELP", ROOT, "<@U0BUCKSTOP> report the meter was swapped"),
        Said(key(ROOT), RITA, at("C0HELP", ROOT), "@buckstop report the meter was swapped"),
    ),
}  # fmt: skip

NOT_FOR_US = (
    "message_unfurled",
    "message_got_an_answer",
    "message_deleted",
    "message_deleted_under_its_thread",
    "message_of_ours",
    "message_of_a_program_changed",
    "message_of_an_old_integration",
    "message_that_somebody_joined",
)


@pytest.mark.parametrize(("name", "message", "said"), [(name, *row) for name, row in MESSAGES.items()], ids=MESSAGES.keys())
def test_what_somebody_wrote(name: str, message: Message, said: Said) -> None:
    found = inbound.message_in(recorded(name)["event"])

    assert found == message
    assert found is not None
    assert inbound.said(found, TEAM, RITA, name_of) == said


@pytest.mark.parametrize("name", NOT_FOR_US)
def test_what_nobody_wrote(name: str) -> None:
    assert inbound.message_in(recorded(name)["event"]) is None


def test_a_mention_is_the_same_message_in_both_of_its_events() -> None:
    mention = recorded("app_mention")["event"]
    message = {**mention, "type": "message", "channel_type": "channel"}

    assert inbound.message_in(message) == inbound.message_in(mention)


def test_each_change_of_a_message_counts_once_and_is_another_event() -> None:
    event = recorded("message_changed")["event"]
    again = {**event, "message": {**event["message"], "text": "and again", "edited": {"user": "U0RITA", "ts": "1764065299.000000"}}}
    unmarked = {**event, "message": {name: value for name, value in event["message"].items() if name != "edited"}}
    found = [inbound.message_in(each) for each in (event, event, again, unmarked)]

    keys = [message.key(TEAM) for message in found if message is not None]
    assert keys == [
        key(ROOT, edited="1764065200.000000"),
        key(ROOT, edited="1764065200.000000"),
        key(ROOT, edited="1764065299.000000"),
        key(ROOT, edited=event["event_ts"]),
    ]


@pytest.mark.parametrize(
    ("name", "calls"),
    [("app_mention", True), ("app_mention_in_a_thread", True), ("message", False), ("message_in_a_private_channel", False)],
)
def test_who_calls_the_bot(name: str, calls: bool) -> None:
    message = inbound.message_in(recorded(name)["event"])

    assert message is not None
    assert inbound.mentions(message, "U0BUCKSTOP") is calls


def test_an_account_whose_id_begins_alike_is_not_the_bot() -> None:
    message = inbound.message_in(recorded("app_mention")["event"])

    assert message is not None
    assert not inbound.mentions(message, "U0BUCK")


def test_a_thread_is_looked_for_before_it_is_known_who_speaks() -> None:
    message = inbound.message_in(recorded("message_in_a_thread")["event"])

    assert message is not None
    assert inbound.place_of(message, TEAM, None) == at("C0HELP", REPLY, ROOT)


SAID = {
    "command": ("9962.7001.aa11bb22cc33", "C0HELP", "/case report billing: meter swapped & bill is > 9,000"),
    "command_with_people": ("9963.7001.aa11bb22cc34", "C0HELP", "/case handover C-1 @Ben Okoro: it is the meter team's, see #meters"),
    "command_in_direct_messages": ("9964.7001.aa11bb22cc35", "@rita", "/case mine"),
    "command_alone": ("9965.7001.aa11bb22cc36", "C0HELP", "/case"),
    "command_to_report": ("9966.7001.aa11bb22cc37", "C0HELP", "/case report the lift is stuck\nagain"),
}


@pytest.mark.parametrize(("name", "trigger", "where", "text"), [(name, *row) for name, row in SAID.items()], ids=SAID.keys())
def test_a_command(name: str, trigger: str, where: str, text: str) -> None:
    said = inbound.commanded(recorded(name), TEAM, RITA, COMMANDS, name_of)

    assert said == Said(f"slack/{TEAM}/trigger/{trigger}", RITA, at(where), text)


def test_a_command_has_the_name_that_the_configuration_gives_it() -> None:
    payload = {**recorded("command"), "command": "/fall", "text": "mine"}
    reports = {**payload, "command": "/melde", "text": "der Zähler"}
    commands = {"fall": "", "melde": "report"}

    assert inbound.commanded(payload, TEAM, RITA, commands, name_of).text == "/case mine"
    assert inbound.commanded(reports, TEAM, RITA, commands, name_of).text == "/case report der Zähler"


def trigger(number: int) -> str:
    return f"slack/{TEAM}/trigger/{number}.7001.dd44"


PRESSED = {
    "press_in_a_thread": Pressed(trigger(9970), ANA, at("C0HELP", CARD, ROOT), "chase", CaseId(1), 7),
    "press_in_a_channel": Pressed(trigger(9971), ANA, at("C0HELP", CARD), "show", CaseId(12), 3),
    "press_in_direct_messages": Pressed(trigger(9972), ANA, at("@ana", "1764064802.000100"), "ack", CaseId(1), 7),
    "press_that_only_one_sees": Pressed(trigger(9973), ANA, at("C0HELP", "1764064803.000100", ROOT), "metoo", CaseId(2), 1),
    "press_in_a_modal": Pressed(trigger(9974), ANA, at("@ana"), "metoo", CaseId(2), 1),
    "press_at_home": Pressed(trigger(9975), ANA, at("@ana"), "report", None, None),
}


@pytest.mark.parametrize(("name", "pressed"), PRESSED.items(), ids=PRESSED.keys())
def test_a_press(name: str, pressed: Pressed) -> None:
    assert inbound.pressed(recorded(name), TEAM, ANA) == pressed


# What a button carries, and the button, the case and the version that are read of it.
CARRIED: dict[str, tuple[object, object, str, CaseId | None, int | None]] = {
    "nothing": (None, None, "", None, None),
    "no case": ("report:-", "-:-", "report", None, None),
    "a case without a version": ("ack:C-7", "C-7:-", "ack", CaseId(7), None),
    "the second of two alike": ("ack:C-7:2", "C-7:3", "ack", CaseId(7), 3),
    "no value": ("ack:C-7", None, "ack", None, None),
    "nonsense": ("::", "C--1::x", "", None, None),
    "a case that cannot be": ("ack:C-0", "C-0:1", "ack", None, 1),
    "a number that is too long": ("ack:C-1", f"C-{'9' * 400}:{'9' * 400}", "ack", None, None),
    "digits that are none": ("ack:C-1", "C-²:²", "ack", None, None),
    "a negative version": ("ack:C-1", "C-1:-7", "ack", CaseId(1), None),
    "no text at all": ({"a": 1}, ["C-1:1"], "{'a'", None, None),
}


@pytest.mark.parametrize(("action", "value", "button", "case", "version"), CARRIED.values(), ids=CARRIED.keys())
def test_what_a_button_carries_is_only_a_hint(action: object, value: object, button: str, case: CaseId | None, version: int | None) -> None:
    payload = recorded("press_in_a_thread")
    forged = {**payload, "actions": [{"action_id": action, "value": value, "type": "button"}]}

    read = inbound.pressed(forged, TEAM, ANA)

    assert read == Pressed(trigger(9970), ANA, at("C0HELP", CARD, ROOT), button, case, version)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)


@given(JSON, JSON)
def test_whatever_a_button_carries_is_read(action: object, value: object) -> None:
    forged = {**recorded("press_in_a_thread"), "actions": [{"action_id": action, "value": value}]}

    read = inbound.pressed(forged, TEAM, ANA)

    assert read.case is None or read.case > 0
    assert read.version is None or 0 <= read.version < 10**9


EVENT = st.fixed_dictionaries(
    {},
    optional={
        "type": st.just("message"),
        "subtype": JSON | st.sampled_from(["message_changed", "file_share", "message_deleted"]),
        **dict.fromkeys(("user", "channel", "ts", "text", "thread_ts", "bot_id", "channel_type", "event_ts"), JSON | st.just("U0ANA")),
        "files": st.lists(JSON | st.fixed_dictionaries({"permalink": JSON}), max_size=2) | st.none(),
    },
)


@given(st.builds(lambda event, **inside: {**event, **inside}, EVENT, message=EVENT | JSON, previous_message=EVENT | JSON) | EVENT)
def test_an_event_of_any_shape_is_read_or_left(event: Payload) -> None:
    message = inbound.message_in(event)

    if message is not None:
        assert inbound.said(message, TEAM, RITA, name_of).by == RITA


def test_a_form_comes_back_with_where_it_was_asked_for() -> None:
    payload = recorded("submission")
    origin = Origin.read(payload["view"]["private_metadata"])
    values, accounts = values_of(payload["view"]["state"])

    assert origin == Origin("resolve:1:7:a1b2c3", "C0HELP", ROOT, CARD)
    assert accounts == {"change_owner": "U0BEN"}
    assert inbound.submitted(inbound.trigger_key(payload, TEAM), ANA, at("C0HELP", CARD, ROOT), origin.form, values) == Submitted(
        trigger(9976),
        ANA,
        at("C0HELP", CARD, ROOT),
        "resolve:1:7:a1b2c3",
        {
            "explanation": "Reading corrected,\nbill <reissued> & sent.",
            "cause": "process",
            "kind": "fix",
            "cost": "120.5",
            "change_by": "2025-11-28T10:00:00+00:00",
        },
    )


def test_a_shortcut_is_known_by_its_trigger() -> None:
    assert inbound.trigger_key(recorded("shortcut"), TEAM) == trigger(9977)
    assert inbound.where_pressed(recorded("shortcut"), TEAM, ANA) == at("@ana")


def test_a_message_that_is_pointed_at() -> None:
    payload = recorded("message_shortcut")
    given_ = payload["message"]
    found = Message(given_["user"], payload["channel"]["id"], given_["ts"], given_["text"], given_["thread_ts"], files=(METER,))
    text = inbound.with_files(texts.typed(found.text, name_of), inbound.files_of(given_))

    assert inbound.pointed(payload, TEAM, ANA, found, text, RITA, LINK) == Pointed(
        trigger(9978), ANA, at("C0HELP", REPLY, ROOT), f"my bill is > 9,000, @Ana\n{METER}", RITA, LINK
    )


def test_a_programs_message_can_be_pointed_at_and_has_no_author() -> None:
    payload = recorded("message_shortcut_on_a_program")
    found = Message("", "C0HELP", payload["message"]["ts"], payload["message"]["text"])

    assert inbound.pointed(payload, TEAM, ANA, found, found.text, None, LINK) == Pointed(
        trigger(9979), ANA, at("C0HELP", "1764064802.000100"), "build failed", None, LINK
    )


def test_a_message_in_direct_messages_is_pointed_at_in_ones_own() -> None:
    payload = {**recorded("message_shortcut"), "channel": {"id": "D0ANA", "name": "directmessage"}}
    found = Message("U0RITA", "D0ANA", REPLY, "x")

    assert inbound.pointed(payload, TEAM, ANA, found, "x", RITA, LINK).place == at("@ana", REPLY)


REACTED = {"reaction_added": ("sos", ROOT, None), "reaction_of_some_skin": ("raised_hand", REPLY, ROOT)}


@pytest.mark.parametrize(("name", "emoji", "ts", "thread"), [(name, *row) for name, row in REACTED.items()], ids=REACTED.keys())
def test_a_reaction(name: str, emoji: str, ts: str, thread: str | None) -> None:
    event = recorded(name)["event"]
    found = Message("U0RITA", event["item"]["channel"], event["item"]["ts"], "meter swapped", thread)

    assert inbound.reacted(event, "slack/event/1", TEAM, ANA, found, "meter swapped", RITA, LINK) == Reacted(
        "slack/event/1", ANA, at("C0HELP", ts, thread), emoji, "meter swapped", RITA, LINK
    )


def test_every_recorded_payload_is_looked_at() -> None:
    others = {"submission", "shortcut", "message_shortcut", "message_shortcut_on_a_program"}

    assert {file.stem for file in RECORDED.iterdir()} == {*MESSAGES, *NOT_FOR_US, *SAID, *PRESSED, *REACTED, *others}

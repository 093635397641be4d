"""What each kind of event is taken to want, before anything is looked up."""

import pytest

from bot.chat import Inbound, Pressed, Reacted, Said, Submitted
from bot.escalation.case import Place
from bot.escalation.words import CaseId, PersonId
from bot.handlers.parse import NoCase, NoVerb
from bot.handlers.settings import Settings
from bot.handlers.understanding import Capture, Chat, Meant, NoForm, Talk, Wish, form_id, meant

RITA = PersonId("rita")
CHANNEL = Place("slack", "T1", "C1", "m1")
THREAD = Place("slack", "T1", "C1", "m2", "m1")
DIRECT = Place("slack", "T1", "@rita", "m1")
DIRECT_THREAD = Place("slack", "T1", "@rita", "m2", "m1")
SETTINGS = Settings(mentions=("@buckstop", "<@U0BOT>"), reactions={"slack": frozenset({"ticket", "rotating_light"})})


def said(text: str, place: Place = CHANNEL) -> Inbound:
    return Said("k", RITA, place, text)


def reacted(emoji: str) -> Inbound:
    return Reacted("k", RITA, CHANNEL, emoji, "it broke", None)


MEANT: dict[str, tuple[Inbound, Meant]] = {
    "a command": (said("/case ack C-42"), Wish("ack", CaseId(42))),
    "the short command": (said("/report it broke"), Wish("report", words="it broke")),
    "a verb as a command": (said("/ack C-42"), Wish("ack", CaseId(42))),
    "an unknown command": (said("/frobnicate"), NoVerb("frobnicate")),
    "a command with no verb": (said("/case frobnicate C-42"), NoVerb("frobnicate")),
    "talk in a channel": (said("it broke"), None),
    "talk that begins with a verb, in a channel": (said("take care"), None),
    "talk in a thread": (said("it works again", THREAD), Talk("it works again")),
    "talk in a thread that begins with a verb": (said("ask him yourself", THREAD), Talk("ask him yourself")),
    "nothing": (said("  ", THREAD), None),
    "a mention with a verb": (said("@Buckstop ack C-42"), Wish("ack", CaseId(42))),
    "a mention by id": (said("<@U0BOT>: report it broke"), Wish("report", words="it broke")),
    "a mention in a thread": (said("<@U0BOT> ack", THREAD), Wish("ack")),
    "a mention in a thread with more words": (said("@buckstop resolve C-42 fix", THREAD), Wish("resolve", CaseId(42), "fix")),
    "a mention and a problem": (said("@buckstop the lift is stuck again"), Chat("the lift is stuck again")),
    "a mention alone": (said("@buckstop"), Wish("help")),
    "an address that only looks like a mention": (said("mail me@buckstop.example"), None),
    "a verb in direct messages": (said("promise C-42 Friday", DIRECT), Wish("promise", CaseId(42), "Friday")),
    "a case in direct messages": (said("C-42", DIRECT), Wish("show", CaseId(42))),
    "talk in direct messages": (said("the lift is stuck", DIRECT), Chat("the lift is stuck")),
    "a thread in direct messages": (said("it is number 7", DIRECT_THREAD), Talk("it is number 7")),
    "a verb alone in a thread of direct messages": (said("ack", DIRECT_THREAD), Wish("ack")),
    "a sentence in a thread of direct messages": (said("show me where", DIRECT_THREAD), Talk("show me where")),
    "a button": (Pressed("k", RITA, CHANNEL, "ack", CaseId(42), 3), Wish("ack", CaseId(42), pressed=True, version=3)),
    "a button by another name": (Pressed("k", RITA, CHANNEL, "acknowledge", CaseId(42)), Wish("ack", CaseId(42), pressed=True)),
    "a button that says yes": (
        Pressed("k", RITA, CHANNEL, "needed-yes", CaseId(42), 3),
        Wish("outcome", CaseId(42), given={"question": "needed", "answer": "1"}, pressed=True, version=3),
    ),
    "a button that says no": (
        Pressed("k", RITA, CHANNEL, "prevented-no", CaseId(42)),
        Wish("outcome", CaseId(42), given={"question": "prevented", "answer": "0"}, pressed=True),
    ),
    "a button with a mark": (
        Pressed("k", RITA, CHANNEL, "process-5", CaseId(42)),
        Wish("outcome", CaseId(42), given={"question": "process", "answer": "5"}, pressed=True),
    ),
    "a mark that there is no button for": (Pressed("k", RITA, CHANNEL, "process-6", CaseId(42)), NoVerb("process-6")),
    "a remedy's button": (
        Pressed("k", RITA, CHANNEL, "remedy-yes", CaseId(42)), Wish("remedy", CaseId(42), given={"helped": "yes"}, pressed=True),
    ),
    "an unknown button": (Pressed("k", RITA, CHANNEL, "explode", CaseId(42)), NoVerb("explode")),
    "a form": (
        Submitted("k", RITA, CHANNEL, "promise:42:3:abc", {"until": "Friday"}),
        Wish("promise", CaseId(42), given={"until": "Friday"}, form="promise:42:3:abc", version=3),
    ),
    "a form without a case": (
        Submitted("k", RITA, CHANNEL, form_id("report", None, 0, "abc"), {"text": "x"}),
        Wish("report", given={"text": "x"}, form="report:-:0:abc", version=0),
    ),
    "a form for a case that is none": (Submitted("k", RITA, CHANNEL, "promise:C-0:3:abc", {"until": "2d"}), NoCase("C-0")),
    "a forged form": (Submitted("k", RITA, CHANNEL, "x" * 99, {}), NoForm()),
    "a form with a forged version": (
        Submitted("k", RITA, CHANNEL, "ack:42:-1:a", {}),
        Wish("ack", CaseId(42), given={}, form="ack:42:-1:a"),
    ),
    "the reaction that reports": (reacted(":ticket:"), Capture()),
    "the reaction that takes back": (reacted("x"), Wish("undo")),
    "another reaction": (reacted("tada"), None),
}  # fmt: skip


@pytest.mark.parametrize(("inbound", "wanted"), MEANT.values(), ids=MEANT.keys())
def test_what_is_wanted(inbound: Inbound, wanted: Meant) -> None:
    assert meant(inbound, SETTINGS) == wanted

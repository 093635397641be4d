"""What does a person's typing become, and what can they not do?"""

import pytest

from tests.slack.client import Impossible, Workspace

TYPED = {
    "letters that mean something": ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
    "a person": ("@bruno, please; not @nobody", "<@U0BRUNO>, please; not @nobody"),
    "what looks like a mention": ("<@U0BRUNO> <!channel>", "&lt;@U0BRUNO&gt; &lt;!channel&gt;"),
    "everybody": ("@here and @channel", "<!here> and <!channel>"),
    "a channel": ("see #help.", "see <#C0HELP|help>."),
    "an address": ("https://x.test/a?b=1&c=2 ok", "<https://x.test/a?b=1&amp;c=2> ok"),
    "mail": ("ana@here.test", "ana@here.test"),
    "an escape that was typed": ("&lt;", "&amp;lt;"),
}


@pytest.mark.parametrize(("typed", "kept"), TYPED.values(), ids=TYPED.keys())
async def test_how_slack_keeps_what_is_typed(ws: Workspace, typed: str, kept: str) -> None:
    await ws.say("ana", typed, "help")

    [message] = await ws.messages("help")
    assert message.text == kept
    assert message.shown == typed, "and everybody reads what was typed"


async def test_a_command_when_escaping_is_off(ws: Workspace) -> None:
    await ws.set(settings={"should_escape": False})
    await ws.command("ana", "/case @bruno <x>", "help")

    [sent] = await ws.journal("sent")
    assert sent["payload"]["text"] == "@bruno <x>"


async def test_what_nobody_can_do(ws: Workspace) -> None:
    said = await ws.say("ana", "hello", "help")
    await ws.do("change_user", user="rita", deleted=True)
    gone = await ws.say("ana", "gone", "help")
    await ws.delete("ana", "help", str(gone.ts))
    for impossible in (
        ws.say("nobody", "x", "help"),
        ws.say("rita", "x", "help"),
        ws.say("buckstop", "x", "help"),
        ws.say("bruno", "x", "secret"),
        ws.say("ana", "x", "nowhere"),
        ws.edit("bruno", "help", str(said.ts), "x"),
        ws.say("bruno", "x", "help", thread=gone.ts),
        ws.react("bruno", "help", str(gone.ts), "sos"),
        ws.unreact("ana", "help", str(said.ts), "sos"),
        ws.press("ana", "go", "help"),
        ws.submit("ana"),
        ws.do("fly", user="ana"),
        ws.do("say", who="ana"),
        ws.set(colour="red"),
    ):
        with pytest.raises(Impossible):
            await impossible

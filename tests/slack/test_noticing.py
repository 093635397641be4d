"""Who is notified by a message, and which links does it show?"""

from typing import Any

import pytest

from tests.slack.noticing import Names, notice
from tests.slack.words import Json

NAMES = Names({"ana": "U0ANA"}, {"help": "C0HELP"})


def section(text: str, **more: Any) -> list[Json]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text, **more}}]


def plain(text: str) -> list[Json]:
    return [{"type": "section", "text": {"type": "plain_text", "text": text}}]


def rich(*words: Json) -> list[Json]:
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(words)}]}]


MENTIONS: dict[str, tuple[str, list[Json], list[str]]] = {
    "a person": ("<@U0ANA> look", [], ["U0ANA"]),
    "a person with a label": ("<@U0ANA|somebody else>", [], ["U0ANA"]),
    "each once, in order": ("<@U2> <@U1> <@U2>", [], ["U2", "U1"]),
    "everybody": ("<!channel> <!here|here> <!everyone>", [], ["!channel", "!here", "!everyone"]),
    "a group": ("<!subteam^S1> <!subteam^S2|@ops>", [], ["S1", "S2"]),
    "in code as well": ("`<@U1>`", [], ["U1"]),
    "a channel notifies nobody": ("<#C1>", [], []),
    "what is escaped": ("&lt;@U1&gt; &lt;!channel&gt;", [], []),
    "names in a text": ("@ana @here @channel", [], []),
    "an id of no known kind": ("<@nobody> <!nothing>", [], []),
    "a section": ("", section("<@U1>"), ["U1"]),
    "names in a section": ("", section("@here, @everyone and @ana"), ["!here", "!everyone"]),
    "a mail address in a section": ("", section("ana@here.test"), []),
    "names in a section that is verbatim": ("", section("@here", verbatim=True), []),
    "a person in a section that is verbatim": ("", section("<@U1>", verbatim=True), ["U1"]),
    "plain text": ("", plain("<@U1> @here <!channel>"), []),
    "fields and context": (
        "",
        [
            {"type": "section", "fields": [{"type": "mrkdwn", "text": "<@U1>"}]},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "<@U2>"}]},
        ],
        ["U1", "U2"],
    ),
    "rich text": (
        "",
        rich(
            {"type": "text", "text": "<@U9> @here"},
            {"type": "user", "user_id": "U1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "broadcast", "range": "channel"},
        ),
        ["U1", "S1", "!channel"],
    ),
    "a list in rich text": (
        "",
        [
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_list", "style": "bullet", "elements": rich({"type": "user", "user_id": "U1"})[0]["elements"]}
                ],
            }
        ],
        ["U1"],
    ),
    "markdown": ("", [{"type": "markdown", "text": "**<@U1>** @here"}], ["U1"]),
    "the text beside blocks is not shown": ("<@U1>", plain("x"), []),
    "a button's label": ("", [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "<@U1>"}}]}], []),
    "a button's value": (
        "",
        [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "value": "<@U1>"}]}],
        [],
    ),
}


@pytest.mark.parametrize(("text", "blocks", "mentions"), MENTIONS.values(), ids=MENTIONS.keys())
def test_who_is_mentioned(text: str, blocks: list[Json], mentions: list[str]) -> None:
    assert notice(text, blocks, [], NAMES).mentions == mentions


@pytest.mark.parametrize("asked", [{"link_names": True}, {"parse": "full"}], ids=["link_names", "parse=full"])
def test_names_become_mentions_when_the_sender_asks(asked: dict[str, Any]) -> None:
    assert notice("@ana, @here, @nobody", [], [], NAMES, **asked).mentions == ["!here", "U0ANA"]


def test_a_push_notification_shows_the_text_beside_blocks() -> None:
    found = notice("<@U1> <!here>", plain("x"), [], NAMES)

    assert found.fallback_mentions == ["U1", "!here"]
    assert found.mentions == []


def test_attachments_count_too() -> None:
    attachments: list[Json] = [
        {"text": "<@U1>", "title": "site", "title_link": "https://x.test", "fields": [{"value": "https://y.test"}]},
        {"blocks": section("<@U2>")},
    ]

    found = notice("", [], attachments, NAMES)

    assert found.mentions == ["U1", "U2"]
    assert found.links == [("https://y.test",) * 2, ("https://x.test", "site")]


LINKS: dict[str, tuple[str, list[Json], list[tuple[str, str]]]] = {
    "with a label": ("<https://evil.test|https://bank.test>", [], [("https://evil.test", "https://bank.test")]),
    "without one": ("<https://x.test/a?b=1&amp;c=2>", [], [("https://x.test/a?b=1&c=2",) * 2]),
    "mail": ("<mailto:a@x.test|write>", [], [("mailto:a@x.test", "write")]),
    "bare in a text": ("see https://x.test/a.", [], [("https://x.test/a", "https://x.test/a")]),
    "bare in a section": ("", section("(https://x.test) a@x.test"), [("https://x.test",) * 2, ("mailto:a@x.test", "a@x.test")]),
    "a host": ("", section("go to evil.com/x now"), [("http://evil.com/x", "evil.com/x")]),
    "bare in a section that is verbatim": ("", section("https://x.test", verbatim=True), []),
    "in plain text": ("", plain("https://x.test <https://x.test|y>"), []),
    "escaped": ("&lt;https://x.test|label&gt;", [], [("https://x.test",) * 2]),
    "rich text": (
        "",
        rich({"type": "link", "url": "https://x.test", "text": "y"}, {"type": "text", "text": "https://z.test"}),
        [("https://x.test", "y")],
    ),
    "a button": (
        "",
        [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://x.test"}]}],
        [("https://x.test", "Open")],
    ),
    "markdown": ("", [{"type": "markdown", "text": "[a](https://x.test) http://y.fr"}], [("https://x.test", "a"), ("http://y.fr",) * 2]),
    "a date": ("<!date^1700000000^{date}^https://x.test|then>", [], [("https://x.test", "then")]),
    "a version number is none": ("release 1.2.3 of buckstop.py", [], []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "blocks", "links"), LINKS.values(), ids=LINKS.keys())
def test_which_links_are_shown(text: str, blocks: list[Json], links: list[tuple[str, str]]) -> None:
    assert notice(text, blocks, [], NAMES).links == links


def test_parse_none_leaves_addresses_alone() -> None:
    assert notice("https://x.test <https://y.test|y>", [], [], NAMES, parse="none").links == [("https://y.test", "y")]

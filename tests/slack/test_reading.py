"""What does a person read?"""

from typing import Any

import pytest

from tests.slack.reading import buttons, mrkdwn, shown
from tests.slack.words import Json

NAMES = {"U0ANA": "ana", "C0HELP": "help"}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


TEXTS = {
    "escapes are decoded once": ("a &lt; b &amp;&amp; c &amp;lt; &quot;", "a < b && c &lt; &quot;"),
    "marks are gone": ("*bold* _slanted_ ~gone~ `code`", "bold slanted gone code"),
    "what is no mark": ("2 * 3 * 4, snake_case_name, ~ 5, a*b*c", "2 * 3 * 4, snake_case_name, ~ 5, a*b*c"),
    "nothing is a mark in code": ("`*x*` ```\n_y_ &lt;\n```", "*x* _y_ <"),
    "marks around a mention": ("*<@U0ANA>*", "@ana"),
    "people and channels": ("<@U0ANA> in <#C0HELP>, <@U9|old name>", "@ana in #help, @old name"),
    "everybody": ("<!here> <!subteam^S1|@ops>", "@here @ops"),
    "links show their label": ("<https://x.test|here> <https://x.test> <mailto:a@x.test>", "here https://x.test a@x.test"),
    "a label's letters are no marks": ("*a <https://x.test|*b*> c*", "a *b* c"),
    "dates show their fallback": ("<!date^1700000000^{date}|14 November>", "14 November"),
    "what only looks special": ("<nothing> &lt;@U0ANA&gt;", "<nothing> <@U0ANA>"),
}


@pytest.mark.parametrize(("text", "read"), TEXTS.values(), ids=TEXTS.keys())
def test_a_marked_up_text(text: str, read: str) -> None:
    assert mrkdwn(text, NAMES) == read


def test_a_message_block_by_block() -> None:
    message = {
        "text": "not shown",
        "blocks": [
            {"type": "header", "text": plain("C-1 &amp; co")},
            section("*Owner*\n<@U0ANA>", fields=[plain("a *b*"), {"type": "mrkdwn", "text": "*c*"}]),
            {"type": "divider"},
            {
                "type": "context",
                "elements": [
                    {"type": "image", "image_url": "x", "alt_text": "logo"},
                    {"type": "mrkdwn", "text": "_due_ soon"},
                    plain("ok"),
                ],
            },
            {"type": "actions", "elements": [{"type": "button", "text": plain("Go")}]},
        ],
    }

    assert shown(message, NAMES).split("\n") == ["C-1 &amp; co", "Owner", "@ana", "a *b*", "c", "---", "[logo] due soon ok"]


def test_rich_text_is_read_literally() -> None:
    def part(kind: str, *words: Json, **more: Any) -> Json:
        return {"type": f"rich_text_{kind}", "elements": list(words), **more}

    words = part(
        "section",
        {"type": "text", "text": "*a* &amp; <@U1>\n", "style": {"bold": True}},
        {"type": "user", "user_id": "U0ANA"},
        {"type": "text", "text": " "},
        {"type": "link", "url": "https://x.test", "text": "x"},
        {"type": "emoji", "name": "wave"},
    )
    items = [part("section", {"type": "text", "text": item}) for item in ("one", "two")]
    quote = part("quote", {"type": "text", "text": "said"})
    elements = [words, part("list", *items, style="ordered"), part("list", items[0], style="bullet", indent=1), quote]

    assert shown({"blocks": [{"type": "rich_text", "elements": elements}]}, NAMES).split("\n") == [
        "*a* &amp; <@U1>",
        "@ana x:wave:",
        "1. one",
        "2. two",
        "  • one",
        "> said",
    ]


def test_a_text_without_blocks() -> None:
    assert shown({"text": "*hi* &lt;3\nthere"}) == "hi <3\nthere"


def test_a_form() -> None:
    options = [{"text": plain(label), "value": label.lower()} for label in ("Low", "High")]
    view = {
        "type": "modal",
        "title": plain("Report"),
        "close": plain("Cancel"),
        "submit": plain("Send"),
        "blocks": [
            section("*Tell* us"),
            {
                "type": "input",
                "label": plain("What?"),
                "hint": plain("One line"),
                "element": {"type": "plain_text_input", "placeholder": plain("e.g. no light")},
            },
            {"type": "input", "optional": True, "label": plain("Who?"), "element": {"type": "users_select", "initial_user": "U0ANA"}},
            {
                "type": "input",
                "label": plain("How bad?"),
                "element": {"type": "static_select", "options": options, "initial_option": options[1]},
            },
        ],
    }

    assert shown(view).split("\n") == [
        "[Report]",
        "Tell us",
        "What?: [e.g. no light]",
        "  One line",
        "Who? (optional): [U0ANA]",
        "How bad?: ( ) Low  (x) High",
        "(Cancel) (Send)",
    ]


def test_buttons_stand_apart() -> None:
    go = {"type": "button", "text": plain("Go"), "action_id": "go", "value": "1", "style": "primary"}
    see = {"type": "button", "text": plain("See"), "action_id": "see", "url": "https://x.test"}
    blocks = [{"type": "actions", "block_id": "a", "elements": [go]}, section("x", block_id="b", accessory=see)]

    assert buttons(blocks) == [
        {"action_id": "go", "label": "Go", "value": "1", "style": "primary", "block_id": "a", "url": None},
        {"action_id": "see", "label": "See", "value": None, "style": None, "block_id": "b", "url": "https://x.test"},
    ]

"""What may stand in rich text?"""

from tests.slack.blockkit_elements import ID, URL
from tests.slack.rules import Rule, any_type, boolean, many, of_type, one_of, string, thing, whole

TEXT_STYLE = thing({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
MENTION_STYLE = thing(
    {}, dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink", "code", "underline"), boolean)
)


def _word(required: dict[str, Rule], optional: dict[str, Rule] | None = None, style: Rule = TEXT_STYLE) -> Rule:
    return thing({"type": any_type, **required}, {**(optional or {}), "style": style})


WORDS: dict[str, Rule] = {
    "text": _word({"text": string(1, 12_000)}),
    "link": _word({"url": URL}, {"text": string(1, 12_000), "unsafe": boolean}),
    "user": _word({"user_id": ID}, style=MENTION_STYLE),
    "usergroup": _word({"usergroup_id": ID}, style=MENTION_STYLE),
    "channel": _word({"channel_id": ID}, style=MENTION_STYLE),
    "team": _word({"team_id": ID}, style=MENTION_STYLE),
    "broadcast": _word({"range": one_of("here", "channel", "everyone")}),
    "emoji": _word({"name": string(1, 255)}, {"unicode": string(), "skin_tone": whole(1, 6)}),
    "color": _word({"value": string(1, 20)}),
    "date": _word({"timestamp": whole(0, 10**11), "format": string()}, {"url": URL, "fallback": string()}),
}
_SOME_WORDS = many(of_type(WORDS), 0)
_SECTION = thing({"type": any_type, "elements": _SOME_WORDS}, {})
_LIST = thing(
    {"type": any_type, "style": one_of("bullet", "ordered"), "elements": many(of_type({"rich_text_section": _SECTION}), 1)},
    {"indent": whole(0, 8), "offset": whole(0, 10**6), "border": whole(0, 1)},
)
PARTS: dict[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_list": _LIST,
    "rich_text_quote": thing({"type": any_type, "elements": _SOME_WORDS}, {"border": whole(0, 1)}),
    "rich_text_preformatted": thing(
        {"type": any_type, "elements": many(of_type(WORDS, {"text", "link"}), 0)}, {"border": whole(0, 1), "language": string()}
    ),
}
RICH_TEXT = thing({"type": any_type, "elements": many(of_type(PARTS), 1)}, {"block_id": ID})

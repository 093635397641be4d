"""What does a field of a form hold, in the shape in which Slack reports it?"""

from tests.slack.words import Json

# Where each kind of element keeps its value, and from what that begins.
SLOTS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
}


def several(kind: str) -> bool:
    """Whether this kind of element holds a list."""
    return kind.startswith("multi_") or kind in {"checkboxes", "file_input"}


def initial(element: Json) -> Json:
    """Return the state of an element in which nothing has been entered."""
    slot, source = SLOTS[element["type"]]
    return {"type": element["type"], slot: element.get(source, [] if several(element["type"]) else None)}


def empty(state: Json) -> bool:
    """Whether nothing stands in a field."""
    slot, _ = SLOTS[state["type"]]
    return state.get(slot) in (None, "", [])

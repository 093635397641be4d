"""What a caller does wrong: one clear sentence with the right status, and nothing kept."""

import json
from typing import Any

import pytest

from tests.adapters.local.conftest import Caller
from tests.adapters.local.office import Office

SAY = {"as": "rita", "text": "hello"}

FAULTS: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "nobody speaks": ("messages", {"text": "hello"}, 400, '"as" is missing.'),
    "a stranger": ("messages", {**SAY, "as": "anna"}, 404, 'Nobody here is called "anna"; did you mean "ana"?'),
    "a far stranger": (
        "messages",
        {**SAY, "as": "zzz"},
        404,
        'Nobody here is called "zzz"; the people are rita, ana, ben, bruno, cleo.',
    ),
    "Buckstop itself": (
        "messages",
        {**SAY, "as": "buckstop"},
        404,
        'Nobody here is called "buckstop"; the people are rita, ana, ben, bruno, cleo.',
    ),
    "a person that is a number": ("messages", {**SAY, "as": 7}, 400, '"as" must be a text.'),
    "no text": ("messages", {"as": "rita"}, 400, '"text" is empty: say something.'),
    "an empty text": ("messages", {**SAY, "text": " \n"}, 400, '"text" is empty: say something.'),
    "a text that is a list": ("messages", {**SAY, "text": ["hello"]}, 400, '"text" must be a text.'),
    "too much text": (
        "messages",
        {**SAY, "text": "x" * 10_001},
        413,
        "That is too long: 10,001 characters, and at most 10,000 fit. Nothing was kept; please shorten it.",
    ),
    "half a character": ("messages", {**SAY, "text": "\ud800"}, 400, '"text" has a character in it that is not text.'),
    "a NUL": ("messages", {**SAY, "text": "a\0b"}, 400, '"text" has a character in it that is not text.'),
    "a channel that is none": (
        "messages",
        {**SAY, "channel": "biling"},
        404,
        'There is no channel called "biling"; did you mean "billing"?',
    ),
    "somebody else's direct messages": (
        "messages",
        {**SAY, "channel": "@ben"},
        404,
        "There are no direct messages with @ben here, only with Buckstop; leave the channel out for those.",
    ),
    "a thread that is none": (
        "messages",
        {**SAY, "channel": "billing", "thread": "m9"},
        404,
        'There is no message "m9" in billing to answer.',
    ),
    "a thread of elsewhere": ("messages", {**SAY, "thread": "m1"}, 404, 'There is no message "m1" in these direct messages to answer.'),
    "a message that is none": ("actions", {"as": "rita", "message": "m9", "button": "ack"}, 404, 'There is no message "m9".'),
    "a button that is none": (
        "actions",
        {"as": "rita", "message": "m1", "button": "ack"},
        404,
        'This message has no button "ack"; it has none.',
    ),
    "no button": ("actions", {"as": "rita", "message": "m1"}, 400, '"button" is missing.'),
    "a case that is none": (
        "actions",
        {"as": "rita", "button": "ack", "case": "mine"},
        404,
        'There is no case "mine"; a case is called C-42, say.',
    ),
    "no form": ("forms", {"as": "rita", "values": {}}, 400, '"form" is missing.'),
    "values that are a list": (
        "forms",
        {"as": "rita", "form": "f", "values": []},
        400,
        '"values" must be an object: the name of each field with what was filled in.',
    ),
    "a value that is a list": (
        "forms",
        {"as": "rita", "form": "f", "values": {"to": ["ben"]}},
        400,
        '"values.to" must be a text, a number, true, false or null.',
    ),
    "a reaction to nothing": ("reactions", {"as": "rita", "message": "m9", "emoji": "🎫"}, 404, 'There is no message "m9".'),
    "a key that is a number": ("messages", {**SAY, "key": 5}, 400, '"key" must be a text.'),
    "a key without end": ("messages", {**SAY, "key": "k" * 201}, 400, '"key" is too long: at most 200 characters.'),
}


@pytest.mark.parametrize(("path", "body", "status", "sentence"), FAULTS.values(), ids=FAULTS.keys())
async def test_a_fault_is_one_sentence(api: Caller, office: Office, path: str, body: dict[str, Any], status: int, sentence: str) -> None:
    await api.post("/api/messages", as_="ana", channel="billing", text="the only message")
    office.heard.clear()

    assert await api.call("POST", f"/api/{path}", body) == (status, {"error": sentence})
    assert len(office.letters.kept) == 1
    assert office.heard == []


async def test_ten_thousand_characters_fit(api: Caller) -> None:
    text = "🙂" * 10_000

    await api.post("/api/messages", as_="rita", text=text)

    assert (await api.get("/api/messages?as=rita"))[0]["text"] == text


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"as=rita&text=hello",
    "no UTF-8": b'{"as": "\xff"}',
    "a number that is none": b'{"as": "rita", "text": NaN}',
    "nesting without end": b"[" * 100_000,
    "digits without end": b'{"case": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_body_that_is_no_json(api: Caller, body: bytes) -> None:
    assert await api.call("POST", "/api/messages", body) == (400, {"error": "The body is not JSON in UTF-8."})


async def test_a_body_must_be_an_object(api: Caller) -> None:
    status, answer = await api.call("POST", "/api/messages", [SAY])

    assert (status, list(answer)) == (400, ["error"])


async def test_a_body_must_not_be_huge(api: Caller) -> None:
    status, answer = await api.call("POST", "/api/messages", {**SAY, "more": "x" * 1_100_000})

    assert status == 413
    assert answer["error"].startswith("That is too much at once")


async def test_only_json_is_taken(api: Caller) -> None:
    status, answer = await api.call("POST", "/api/messages", SAY, Content_Type="text/plain")

    assert (status, answer) == (415, {"error": "This takes JSON: send the header Content-Type: application/json."})


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/cases/1/more", "/static/../server.py", "/nothing"])
async def test_a_path_that_is_none(api: Caller, path: str) -> None:
    status, answer = await api.call("GET", path)

    assert status == 404
    assert answer["error"].endswith("docs/api.md lists the calls.")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/messages", "GET, POST"),
        ("POST", "/api/state", "GET"),
        ("GET", "/api/clock", "POST"),
        ("PUT", "/api/cases/1", "GET"),
        ("OPTIONS", "/api/actions", "POST"),
    ],
)
async def test_a_method_that_is_none(api: Caller, method: str, path: str, allowed: str) -> None:
    assert await api.call(method, path) == (405, {"error": f"{path} does not take {method}, only {allowed}."})


async def test_doubled_slashes_do_no_harm(api: Caller) -> None:
    assert (await api.get("//api///state/"))["clock"] == "manual"
    assert await api.post("//api/messages", as_="rita", text="hello") == {"message": "m1"}


@pytest.mark.parametrize("host", ["evil.example:80", "127.0.0.1", "127.0.0.1:1", "buckstop.localhost.evil.example", ""])
async def test_another_name_for_this_machine_is_refused(api: Caller, host: str) -> None:
    status, answer = await api.call("GET", "/api/state", Host=host)

    assert status == 403
    assert "only" in answer["error"]


async def test_localhost_is_this_machine(api: Caller) -> None:
    port = api.base.rpartition(":")[2]

    for name in (f"localhost:{port}", f"LOCALHOST:{port}", f"[::1]:{port}"):
        assert (await api.call("GET", "/api/state", Host=name))[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"])
async def test_another_page_is_refused(api: Caller, office: Office, origin: str) -> None:
    answer = await api.call("POST", "/api/messages", SAY, Origin=origin)

    assert answer == (403, {"error": "Another page may not use this workspace; open its own."})
    assert office.letters.kept == {}


async def test_the_own_page_is_not(api: Caller) -> None:
    assert (await api.call("POST", "/api/messages", SAY, Origin=api.base))[0] == 200


async def test_what_breaks_inside_is_one_sentence_and_no_secret(api: Caller, office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_: object) -> Any:
        raise RuntimeError("the bill of Rita Lund")

    office.reply = broken

    status, sentence = await api.refused("/api/messages", as_="rita", text="/case my secret")

    assert (status, sentence) == (500, "Something went wrong here; nothing was changed. Please try again.")
    out = capsys.readouterr()
    assert "RuntimeError" in out.out + out.err
    assert "Rita Lund" not in out.out + out.err
    assert "secret" not in out.out + out.err


async def test_the_page_may_load_nothing_from_elsewhere(api: Caller) -> None:
    async with api.session.get(f"{api.base}/") as answer:
        policy, tag = answer.headers["Content-Security-Policy"], answer.headers["ETag"]
        assert answer.content_type == "text/html"
    async with api.session.get(f"{api.base}/", headers={"If-None-Match": tag}) as again:
        assert again.status == 304

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


async def test_a_query_is_checked_too(api: Caller) -> None:
    calls = ["messages", "messages?as=anna", "messages?channel=nowhere", "cases?as=anna", "cases?limit=0", "cases?limit=many"]

    answers = [await api.call("GET", f"/api/{call}") for call in calls]

    assert [status for status, _ in answers] == [400, 404, 404, 404, 400, 400]
    assert all(json.dumps(answer).startswith('{"error": "') for _, answer in answers)

"""Is every fault of a contact route told, with its place and its cure?"""

# ruff: noqa: E501 - a fault stands here on one line, as it is told

from datetime import timedelta

import pytest

from bot.config import ConfigFaults, loads
from bot.escalation.org import Route
from bot.escalation.words import PersonId, RotationId, RouteId, ServiceId
from tests.config.test_faults import GOOD

WEB = {"id": "site", "name": "Contact form", "kind": "web", "address": "https://acme.example/help", "service": "billing"}


def written(**more: str | None) -> str:
    values = {key: value for key, value in (WEB | more).items() if value is not None}
    return "[[routes]]\n" + "\n".join(f'{key} = "{value}"' for key, value in values.items())


def routes(*tables: str) -> dict[RouteId, Route]:
    return dict(loads("\n".join((GOOD, *tables)), "config.toml", {}).org.routes)


def faults(*tables: str) -> list[str]:
    with pytest.raises(ConfigFaults) as found:
        routes(*tables)
    return [str(fault).removeprefix("config.toml: ") for fault in found.value.faults]


def test_a_route_is_the_services_owners_and_looked_at_once_an_hour_unless_it_says_otherwise() -> None:
    read = routes(
        written(),
        written(id="form", name="Form", owner="desk", probe_every="5m"),
        written(id="inside", name="Wiki", address="https://wiki/help", probe_every="never", owner="ida"),
        written(id="mail", name="Mail", kind="mail", address="help@acme.example"),
        written(id="phone", name="Phone", kind="phone", address="+44 (0)20 7946-0000", service="website"),
        written(id="chat", name="Chat", kind="channel", address="#help on Slack"),
    )
    billing = ServiceId("billing")
    assert read == {
        route.id: route
        for route in (
            Route(RouteId("site"), "Contact form", "web", WEB["address"], PersonId("ana"), billing, timedelta(hours=1)),
            Route(RouteId("form"), "Form", "web", WEB["address"], RotationId("desk"), billing, timedelta(minutes=5)),
            Route(RouteId("inside"), "Wiki", "web", "https://wiki/help", PersonId("ida"), billing, None),
            Route(RouteId("mail"), "Mail", "mail", "help@acme.example", PersonId("ana"), billing, None),
            Route(RouteId("phone"), "Phone", "phone", "+44 (0)20 7946-0000", RotationId("desk"), ServiceId("website"), None),
            Route(RouteId("chat"), "Chat", "channel", "#help on Slack", PersonId("ana"), billing, None),
        )
    }


FAULTS = {
    "no kind": ({"kind": None}, 'routes.site.kind: is missing; write what it is: "web", "mail", "phone" or "channel"'),
    "no address": ({"address": None}, 'routes.site.address: is missing; write where it is, such as "https://example.org/contact"'),
    "no service": ({"service": None}, "routes.site.service: is missing; name the service that is reached by it"),
    "another kind": ({"kind": "fax"}, 'routes.site.kind: "fax" is none of "web", "mail", "phone" and "channel"; write one of them'),
    "an unknown service": ({"service": "biling"}, 'routes.site.service: there is no service "biling"; did you mean "billing"?'),
    "an unknown owner": ({"owner": "anna"}, 'routes.site.owner: nobody is called "anna"; did you mean "ana"?'),
    "a long id": ({"id": "a" * 31}, f'routes.{"a" * 31}.id: "{"a" * 31}" has 31 letters; an id of a route has at most 30'),
    "http": ({"address": "http://acme.example"}, 'routes.site.address: "http://acme.example" does not begin with https://; write one such as "https://example.org/contact"; where nothing is to look at it, write probe_every = "never"'),
    "somebody's name": ({"address": "https://ann@acme.example"}, 'routes.site.address: "https://ann@acme.example" has a name or a password before its host; write one such as "https://example.org/contact"'),
    "inside by name": ({"address": "https://wiki/help"}, 'routes.site.address: "https://wiki/help" is inside a network, where nothing is looked at; write probe_every = "never"'),
    "inside by number": ({"address": "https://10.0.0.1/"}, 'routes.site.address: "https://10.0.0.1/" is inside a network, where nothing is looked at; write probe_every = "never"'),
    "no mail address": ({"kind": "mail", "address": "help"}, 'routes.site.address: "help" is no e-mail address; write one such as "help@example.org"'),
    "no number": ({"kind": "phone", "address": "ask for Jo"}, 'routes.site.address: "ask for Jo" is no phone number; write its digits, such as "+44 20 7946 0000"'),
    "a probe of a telephone": ({"kind": "phone", "address": "112", "probe_every": "1h"}, 'routes.site.probe_every: only kind = "web" is looked at, and this is "phone"; leave it out'),
    "too often": ({"probe_every": "10s"}, None),
    "too seldom": ({"probe_every": "8d"}, 'routes.site.probe_every: "8d" is out of range; write a length of time from 1m to 7d, or "never"'),
    "another key": ({"url": "x"}, None),
}  # fmt: skip


@pytest.mark.parametrize(("more", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_says_where_and_what_would_work(more: dict[str, str | None], fault: str | None) -> None:
    found = faults(written(**more))
    assert len(found) == 1
    assert fault is None or found == [fault]
    assert found[0].startswith("routes.")


def test_two_routes_have_two_names() -> None:
    assert faults(written(), written(id="form", name="CONTACT form")) == [
        'routes.form.name: "CONTACT form" is the name of routes.site already; people report routes by their names'
    ]
    assert faults(written(), written(name="Form")) == ['routes[1].id: "site" is taken by routes[0]; give each of them an id of its own']


def test_the_rules_about_them() -> None:
    rules = loads(
        GOOD.replace("[rules]\n", '[rules]\nannouncement_after = "6h"\nprobe_closes_routes = true\n'), "config.toml", {}
    ).org.rules
    assert (rules.announcement_after, rules.probe_closes_routes) == (timedelta(hours=6), True)
    usual = loads(GOOD, "config.toml", {}).org.rules
    assert (usual.announcement_after, usual.probe_closes_routes) == (timedelta(days=1), False)

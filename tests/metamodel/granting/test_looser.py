"""What holds less back than before, word by word: each way with its counterpart that does not."""

import re
from collections.abc import Callable
from textwrap import dedent
from typing import ClassVar

import pytest
from tests.metamodel.configurations import load_files

from sidra_metamodel.granting.answers import DOCUMENTS
from sidra_metamodel.granting.looser import loosened
from sidra_metamodel.granting.widening import widenings
from sidra_metamodel.language import Document, word
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node, Source
from sidra_metamodel.registry import Registry

FILES = {
    "customer.yaml": """
        entity: customer
        title: name
        closed: true
        api: {path: crm/v4, operations: [get, patch]}
        lifecycle:
          attribute: status
          initial: open
          entry: [held]
          transitions:
            hold: {from: [open], to: held, when: "name != ''", reason: {enum: reason}}
            close: {from: [open, held], to: closed, when: ["name != ''", "city != ''"]}
          final: [closed]
        retention: {when: "status == 'closed'", after: 2y, do: delete}
        identity: {strong: [code], refuse: true}
        attributes:
          name: {type: string, read_only: "status == 'closed'"}
          city: {type: string}
          code: {type: string, mask: "••"}
          status: {type: enum, enum: status}
          sheet: {type: file, accept: [pdf]}
    """,
    "thing.yaml": "entity: thing\ntitle: name\nattributes: {name: {type: string}}\n",
    "status.yaml": "enum: status\nvalues: {open: {}, held: {}, closed: {}}\n",
    "reason.yaml": "enum: reason\nvalues: {broken: {}, lost: {}}\n",
    "paid.yaml": """
        rule: paid
        kind: validate
        on: customer
        when: "status == 'closed'"
        check: ["name != ''", "city != ''"]
        message: {en: Not yet}
    """,
    "filled.yaml": "rule: filled\nkind: default\non: customer\nat: city\nvalue: \"'Dakar'\"\n",
    "billing.yaml": """
        interface: billing
        kind: connector
        base_url: {environment: BILLING_URL}
        timeout: 2s
        auth: {kind: bearer, secret: {environment: BILLING_TOKEN}}
        operations:
          bills: {of: customer, takes: {account: string}, get: "/bills?a={account}", returns: {name: name}}
    """,
    "letters.yaml": """
        interface: letters
        kind: channel
        medium: mail
        protocol: simulator
        quiet: nights
        consent: marketing
        outbound: {takes: {to: email, text: text}}
    """,
    "nights.yaml": 'calendar: nights\nweek: {mon: {from: "20:00", to: "08:00"}}\n',
    "nightly.yaml": "schedule: nightly\nevery: day at 02:00\nrun: clean_up\noff: true\n",
    "agent.yaml": "role: agent\nmay: {customer: {do: [read]}}\n",
    "calls.yaml": "queue: calls\nserved_by: {roles: [agent]}\n",
}
Made = Callable[[str, str, str], Model]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A Model in one of whose files something stands in the place of something else."""
    folder = tmp_path_factory.mktemp("looser")

    def model(file: str, was: str, now: str) -> Model:
        files = {f"baseline/{name}": dedent(text).lstrip("\n") for name, text in FILES.items()}
        if file:
            text = files.get(f"baseline/{file}", "")
            assert was in text, f"{file} has no {was!r}"
            files[f"baseline/{file}"] = text.replace(was, now) if was else now
        loaded = load_files(folder / f"{len(list(folder.iterdir()))}", files)
        assert not [one for one in loaded.diagnostics if one.code.startswith(("E0", "E1"))]
        return loaded.draft

    return model


@pytest.fixture(scope="module")
def before(made: Made) -> Model:
    return made("", "", "")


WIDER = [
    # A condition, or what must be said with a step, that is gone from it or is another one.
    ("customer.yaml", ", when: \"name != ''\", reason", ", reason", "guard", "transitions.hold.when"),
    ("customer.yaml", "[\"name != ''\", \"city != ''\"]}\n", "\"name != ''\"}\n", "guard", "transitions.close.when"),
    ("customer.yaml", "when: \"name != ''\", reason", "when: \"name != 'x'\", reason", "guard", "hold.when"),
    ("customer.yaml", ", reason: {enum: reason}", "", "guard", "transitions.hold.reason"),
    ("customer.yaml", "{enum: reason}", "{enum: reason, required: false}", "guard", "hold.reason.required"),
    ("customer.yaml", "from: [open], to: held", "from: [open, closed], to: held", "guard", "hold.from"),
    ("customer.yaml", "entry: [held]", "entry: [held, closed]", "guard", "lifecycle.entry"),
    ("customer.yaml", "initial: open", "initial: held", "guard", "lifecycle.initial"),
    ("customer.yaml", "closed: true\n", "", "guard", "closed"),
    ("customer.yaml", ", read_only: \"status == 'closed'\"", "", "guard", "attributes.name.read_only"),
    ("customer.yaml", "accept: [pdf]", "accept: [pdf, office]", "guard", "attributes.sheet.accept"),
    ("customer.yaml", ", refuse: true", "", "guard", "identity.refuse"),
    ("customer.yaml", 'mask: "••"', 'mask: "{last:4}"', "mask", "attributes.code.mask"),
    # Personal data stay longer.
    ("customer.yaml", "after: 2y", "after: 3y", "kept", "retention.after"),
    ("customer.yaml", "do: delete}", "do: delete, hold: \"name == 'x'\"}", "kept", "retention.hold"),
    # Clients of the API, and of an entity that had none.
    ("customer.yaml", "[get, patch]", "[get, patch, delete]", "exposed", "api.operations"),
    ("customer.yaml", ", operations: [get, patch]", "", "exposed", "api.operations"),
    ("thing.yaml", "title: name\n", "title: name\napi: {path: crm/v4}\n", "exposed", "api"),
    # What refused a change.
    ("paid.yaml", ", \"city != ''\"]", "]", "guard", "check"),
    ("paid.yaml", "on: customer", "on: thing", "guard", "on"),
    ("paid.yaml", "status == 'closed'", "status == 'held'", "guard", "when"),
    ("paid.yaml", "kind: validate\n", "kind: validate\nseverity: warning\n", "guard", "severity"),
    # Another system, or the same one elsewhere.
    ("billing.yaml", "BILLING_URL", "OTHER_URL", "border", "base_url"),
    ("billing.yaml", "timeout: 2s", "internal: true", "border", "internal"),
    ("billing.yaml", "BILLING_TOKEN", "OTHER_TOKEN", "border", "auth"),
    ("billing.yaml", "/bills?a=", "/all?a=", "border", "operations.bills.get"),
    ("billing.yaml", "of: customer, ", "", "border", "operations.bills.of"),
    ("billing.yaml", "returns: {name: name}", "returns: {name: secret}", "border", "bills.returns.name.path"),
    ("billing.yaml", "{account: string}", "{account: string, name: string}", "border", "bills.takes.name"),
    (
        "billing.yaml",
        "operations:\n",
        "operations:\n  all: {get: /all, returns: {name: n}}\n",
        "border",
        "operations.all",
    ),
    # Customers are written to elsewhere, at other hours, without having agreed.
    ("letters.yaml", "{to: email,", "{to: phone,", "border", "outbound.takes"),
    ("letters.yaml", "quiet: nights\n", "", "quiet", "quiet"),
    ("nights.yaml", '"20:00"', '"22:00"', "quiet", "quiet"),
    ("letters.yaml", "consent: marketing\n", "consent: service\n", "consent", "consent"),
    # What runs by itself, and who serves what waits.
    ("nightly.yaml", "off: true\n", "", "begins", "off"),
    ("calls.yaml", "served_by: {roles: [agent]}\n", "", "served", "served_by"),
]
NARROWER = [
    ("customer.yaml", "when: \"name != ''\", reason", "when: [\"name != ''\", \"city != ''\"], reason"),
    ("customer.yaml", "from: [open, held]", "from: [open]"),
    ("customer.yaml", "  entry: [held]\n", ""),
    ("customer.yaml", "read_only: \"status == 'closed'\"", "read_only: true"),
    ("customer.yaml", "after: 2y", "after: 1y"),
    ("customer.yaml", "[get, patch]", "[get]"),
    ("customer.yaml", "{enum: reason}", "{enum: reason, required: true}"),
    ("customer.yaml", "to: held,", "to: held, label: {en: Hold}, tone: danger,"),
    ("paid.yaml", "when: \"status == 'closed'\"\n", ""),
    ("paid.yaml", '["name', '["code != \'\'", "name'),
    ("filled.yaml", "Dakar", "Paris"),
    ("billing.yaml", "timeout: 2s", "timeout: 3s"),
    ("billing.yaml", "timeout: 2s", "internal: false"),
    ("letters.yaml", "medium: mail", "label: {en: Letters}\nmedium: mail"),
    ("calls.yaml", "roles: [agent]", "roles: [agent], skills: [agent]"),
    ("nightly.yaml", "day at 02:00", "day at 03:00"),
]


@pytest.mark.parametrize(
    ("file", "change", "what", "path"), [(file, (was, now), what, path) for file, was, now, what, path in WIDER]
)
def test_what_holds_less_back_is_told(
    made: Made, before: Model, file: str, change: tuple[str, str], what: str, path: str
) -> None:
    found = {(one.what, ".".join(one.path)) for one in widenings(before, made(file, *change))}
    assert any(word == what and re.search(rf"(^|\.){re.escape(path)}$", place) for word, place in found), found


@pytest.mark.parametrize(("file", "was", "now"), NARROWER)
def test_what_holds_back_as_much_or_only_looks_otherwise_is_not(
    made: Made, before: Model, file: str, was: str, now: str
) -> None:
    assert widenings(before, made(file, was, now)) == ()


@pytest.mark.parametrize(
    ("file", "text", "what"),
    [
        ("other.yaml", "interface: other\nkind: connector\nbase_url: {environment: OTHER_URL}\n", "border"),
        ("weekly.yaml", "schedule: weekly\nevery: monday at 02:00\nrun: clean_up\n", "begins"),
    ],
)
def test_a_new_border_and_a_new_schedule_are_told_and_one_that_goes_is_not(
    made: Made, before: Model, file: str, text: str, what: str
) -> None:
    after = made(file, "", text)
    assert [(one.what, one.path) for one in widenings(before, after)] == [(what, ())]
    assert widenings(after, before) == ()


def test_a_rule_that_refuses_and_goes_is_told_and_one_that_fills_is_not(made: Made, before: Model) -> None:
    for name, found in (("paid", ["guard"]), ("filled", [])):
        nodes = {key: node for key, node in before.nodes.items() if key != ("rule", name)}
        assert [one.word for one in loosened(before.nodes, nodes, before.registry)] == found


def test_what_nobody_has_answered_for_widens() -> None:
    class Hook(Document):
        kind: ClassVar[str] = "hook"
        folder: ClassVar[str] = "hooks"
        target: str | None = word("Whom it tells.", default=None)

    assert Hook not in DOCUMENTS
    source = Source("hooks/one.yaml", "group", 0)
    one, other = ({("hook", "one"): Node({"target": Node(to, source, 1)}, source, 1)} for to in ("here", "there"))
    registry = Registry((Hook,))
    assert [(each.word, each.document) for each in loosened(one, other, registry)] == [("unknown", "one")]
    assert list(loosened(one, one, registry)) == []
